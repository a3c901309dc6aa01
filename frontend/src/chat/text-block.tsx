import { lazy, Suspense, useDeferredValue } from "react";
import { loadChunk } from "../ui/load-chunk.ts";

const load = () => import("./markdown.tsx");

// Preloads the renderer with the workspace, so that it is ready before the first answer. The component below retries a
// failed load.
load().catch((error: unknown) => console.warn("The Markdown renderer couldn't be loaded ahead.", error));
const Markdown = lazy(() => loadChunk(load));

/** Renders streaming text as Markdown, and as plain text until the renderer is loaded. */
export function TextBlock({ text }: { text: string }) {
  const shown = useDeferredValue(text);
  return (
    <Suspense fallback={<p className="wrap-anywhere whitespace-pre-wrap">{text}</p>}>
      <Markdown text={shown} />
    </Suspense>
  );
}
