import { lazy, Suspense, useState } from "react";
import { Skeleton } from "../ui/feedback.tsx";
import { loadChunk } from "../ui/load-chunk.ts";

const DataPanel = lazy(() =>
  loadChunk(() => import("./data-panel.tsx")).then((found) => ({ default: found.DataPanel })),
);

/** Loads the data panel when it is first shown, and then keeps it mounted. */
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
