import { computed, signal } from "@preact/signals";
import { render } from "preact";
import { useEffect } from "preact/hooks";

const count = signal(3);
const tripled = computed(() => count.value * 3);

function App() {
  useEffect(() => {
    count.value = 7;
  }, []);
  return <p class="shown">signal {tripled}</p>;
}

render(<App />, document.getElementById("root")!);
