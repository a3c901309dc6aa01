import styled from "@emotion/styled";
import { signal } from "@preact/signals-react";
import { createRoot } from "react-dom/client";

const count = signal<number>(1);
const Child = styled.b`
  color: rgb(1, 2, 3);
`;
// Emotion knows the class of a component in a selector by its plugin alone.
const Parent = styled.p`
  ${Child} {
    color: rgb(2, 4, 8);
  }
`;

function Counter() {
  return <Child>count {count.value}</Child>;
}

createRoot(document.getElementById("root")!).render(
  <Parent>
    <Counter />
  </Parent>,
);
// Without its plugin the signal would draw nothing again.
setTimeout(() => count.value++, 100);
