import { type ComponentProps, lazy, Suspense } from "react";
import { loadChunk } from "../ui/load-chunk.ts";

// Loads the dialogs when they first open, since the first page shows none.
const dialogs = () => import("./project-dialogs.tsx");
const Rename = lazy(() => loadChunk(dialogs).then((found) => ({ default: found.RenameDialog })));
const Delete = lazy(() => loadChunk(dialogs).then((found) => ({ default: found.DeleteDialog })));
const Report = lazy(() =>
  loadChunk(() => import("./import-dialog.tsx")).then((found) => ({ default: found.ImportDialog })),
);

export const RenameDialog = (props: ComponentProps<typeof Rename>) => (
  <Suspense>
    <Rename {...props} />
  </Suspense>
);

export const DeleteDialog = (props: ComponentProps<typeof Delete>) => (
  <Suspense>
    <Delete {...props} />
  </Suspense>
);

export const ImportDialog = (props: ComponentProps<typeof Report>) => (
  <Suspense>
    <Report {...props} />
  </Suspense>
);
