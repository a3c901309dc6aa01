import "@workspace/ui/globals.css";
import { Button } from "@workspace/ui/components/button";
import { createRoot } from "react-dom/client";

createRoot(document.getElementById("root")!).render(
  <main>
    <h1 className="text-4xl text-brand">Title</h1>
    <Button>Save</Button>
    <footer className="mt-7">End</footer>
  </main>,
);
