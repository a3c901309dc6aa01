import { lazy, Suspense, useDeferredValue } from "react";
import { loadChunk } from "../ui/load-chunk.ts";

// Loaded with the workspace, so that it is ready before the first answer.
const loading = loadChunk(() => import("./markdown.tsx"));
const Markdown = lazy(() => loading);

/** Streaming text as Markdown; as plain text until the renderer is loaded. */
export function TextBlock({ text }: { text: string }) {
  const shown = useDeferredValue(text);
  return (
    <Suspense fallback={<p className="wrap-anywhere whitespace-pre-wrap">{text}</p>}>
      <Markdown text={shown} />
    </Suspense>
  );
}
