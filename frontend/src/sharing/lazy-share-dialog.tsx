import { type ComponentProps, lazy, Suspense } from "react";
import { loadChunk } from "../ui/load-chunk.ts";

const Share = lazy(() =>
  loadChunk(() => import("./share-dialog.tsx")).then((found) => ({ default: found.ShareDialog })),
);

/** The dialog, loaded when it first opens. */
export const ShareDialog = (props: ComponentProps<typeof Share>) => (
  <Suspense>
    <Share {...props} />
  </Suspense>
);
