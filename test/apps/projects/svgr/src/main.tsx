import { createRoot } from "react-dom/client";
import Leaf from "./leaf.svg?react";
import address from "./leaf.svg";

createRoot(document.getElementById("root")!).render(
  <p>
    <Leaf width={48} className="leaf" /> {typeof address}
  </p>,
);
