import { createMemo, createSignal, onMount } from "solid-js";
import styles from "./counter.module.css";

export function Counter(props: { start: number }) {
  const [count, setCount] = createSignal(props.start);
  const twice = createMemo(() => count() * 2);
  onMount(() => setCount((before) => before + 1));
  return (
    <button class={styles.counter} onClick={() => setCount(count() + 1)}>
      {count()} trees, {twice()} leaves
    </button>
  );
}
