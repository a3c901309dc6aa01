import { createMemo, createSignal, For, onMount, Show } from "solid-js";
import { render } from "solid-js/web";

function App() {
  const [count, setCount] = createSignal(1);
  const squared = createMemo(() => count() ** 2);
  onMount(() => setCount(6));
  return (
    <main style={{ color: "rgb(5, 6, 7)" }}>
      <For each={["x", "y"]}>{(name) => <i>{name}</i>}</For>
      <Show when={count() > 5} fallback="small">
        <b classList={{ large: true }}>{squared()}</b>
      </Show>
    </main>
  );
}

render(() => <App />, document.getElementById("root")!);
