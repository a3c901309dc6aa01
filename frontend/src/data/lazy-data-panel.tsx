import { lazy, Suspense, useState } from "react";
import { Skeleton } from "../ui/feedback.tsx";
import { loadChunk } from "../ui/load-chunk.ts";

const DataPanel = lazy(() =>
  loadChunk(() => import("./data-panel.tsx")).then((found) => ({ default: found.DataPanel })),
);

/** The app's data, which is loaded when it is shown first, and then stays. */
export function LazyDataPanel({ isShown }: { isShown: boolean }) {
  const [wasShown, setWasShown] = useState(isShown);
  if (isShown && !wasShown) setWasShown(true);
  if (!wasShown) return null;
  return (
    <Suspense fallback={<Skeleton lines={5} />}>
      <DataPanel />
    </Suspense>
  );
}
