import { render } from "preact";
import { useEffect } from "preact/hooks";
import { create } from "zustand";

const useTrees = create<{ count: number }>(() => ({ count: 1 }));

function App() {
  const count = useTrees((state) => state.count);
  useEffect(() => useTrees.setState({ count: 5 }), []);
  return <p>trees {count}</p>;
}

render(<App />, document.getElementById("root")!);
