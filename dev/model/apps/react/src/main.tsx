import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { ReadingList } from "@/reading-list";
import "./index.css";

const root = document.getElementById("root");
if (!root) throw new Error("The page has no #root");
createRoot(root).render(
  <StrictMode>
    <ReadingList />
  </StrictMode>,
);
