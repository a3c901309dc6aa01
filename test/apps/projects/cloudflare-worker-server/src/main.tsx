import { createRoot } from "react-dom/client";

const { garden, path }: { garden: string; path: string } = await (await fetch("/api/garden")).json();
createRoot(document.getElementById("root")!).render(
  <p>
    garden {garden} by {path}
  </p>,
);
