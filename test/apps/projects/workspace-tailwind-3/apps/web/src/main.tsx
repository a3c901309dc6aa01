import { Badge } from "@acme/ui";
import { createRoot } from "react-dom/client";
import "./index.css";

createRoot(document.getElementById("root")!).render(
  <main className="mt-wide">
    <Badge label="Badge" />
  </main>,
);
