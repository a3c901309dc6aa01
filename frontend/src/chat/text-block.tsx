import { lazy, Suspense, useDeferredValue } from "react";

const Markdown = lazy(() => import("./markdown.tsx"));

/** Text as it streams. Until the renderer is here it shows as it is, so that nothing waits on it. */
export function TextBlock({ text }: { text: string }) {
  const shown = useDeferredValue(text);
  return (
    <Suspense fallback={<p className="break-words whitespace-pre-wrap">{text}</p>}>
      <Markdown text={shown} />
    </Suspense>
  );
}
