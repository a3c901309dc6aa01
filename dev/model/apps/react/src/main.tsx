import { createRoot } from "react-dom/client";
import { ReadingList } from "./reading-list.tsx";

const root = document.getElementById("root");
if (!root) throw new Error("The page has no #root");
createRoot(root).render(<ReadingList />);
