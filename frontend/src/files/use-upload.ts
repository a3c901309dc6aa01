import { useMutation } from "@tanstack/react-query";
import { plural } from "../ui/format.ts";
import { loadChunk } from "../ui/load-chunk.ts";
import { toast } from "../ui/toast.tsx";
import type { UploadSource } from "./upload-files.ts";

/** The number of left-out files that are named. */
const named = 3;

/** Uploads files and folders into the project's tree, and tells which were left out. */
export function useUpload(projectId: string) {
  return useMutation({
    mutationFn: async ({ folder, source }: { folder: string; source: UploadSource }) =>
      (await loadChunk(() => import("./upload-files.ts"))).uploadFiles(projectId, folder, source),
    onSuccess: ({ added, skipped }) => {
      if (skipped.length === 0) return toast(`Uploaded ${plural(added, "file")}.`);
      const more = skipped.length > named ? ` and ${skipped.length - named} more` : "";
      const names = skipped.slice(0, named).join(", ") + more;
      toast(
        `Uploaded ${plural(added, "file")}. Left out, since they are too large or installed again: ${names}.`,
        "bad",
      );
    },
  });
}
