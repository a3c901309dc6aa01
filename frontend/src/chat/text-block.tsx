import { lazy, Suspense, useDeferredValue } from "react";
import { loadChunk } from "../ui/load-chunk.ts";

// Asked for as soon as a workspace is, so that it is here before the first answer.
const loading = loadChunk(() => import("./markdown.tsx"));
const Markdown = lazy(() => loading);

/** Text as it streams. Until the renderer is here it shows as it is, so that nothing waits on it. */
export function TextBlock({ text }: { text: string }) {
  const shown = useDeferredValue(text);
  return (
    <Suspense fallback={<p className="wrap-anywhere whitespace-pre-wrap">{text}</p>}>
      <Markdown text={shown} />
    </Suspense>
  );
}
