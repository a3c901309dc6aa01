import { createRoot } from "react-dom/client";
import { Badge } from "@acme/ui";

createRoot(document.getElementById("root")!).render(<Badge label="from the workspace" />);
