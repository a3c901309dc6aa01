import { useMutation } from "@tanstack/react-query";
import { filesQuery } from "../api/files-query.ts";
import { queryClient } from "../api/queries.ts";
import { plural } from "../ui/format.ts";
import { loadChunk } from "../ui/load-chunk.ts";
import { toast } from "../ui/toast.tsx";
import type { UploadSource } from "./upload-files.ts";

/** The maximum number of omitted files that the message names. */
const named = 3;

function listed(paths: readonly string[]): string {
  const more = paths.length > named ? ` and ${paths.length - named} more` : "";
  return paths.slice(0, named).join(", ") + more;
}

/** Uploads files and folders into the project's tree, and reports which files were omitted and which were replaced. */
export function useUpload(projectId: string) {
  return useMutation({
    mutationFn: async ({ folder, source }: { folder: string; source: UploadSource }) =>
      (await loadChunk(() => import("./upload-files.ts"))).uploadFiles(projectId, {
        folder,
        source,
        known: new Set(queryClient.getQueryData(filesQuery(projectId).queryKey)?.data.map(({ path }) => path)),
      }),
    onSuccess: ({ added, skipped, replaced }) => {
      const done = [`Uploaded ${plural(added, "file")}.`];
      if (replaced.length > 0) done.push(`Replaced ${listed(replaced)}. The previous version is in History.`);
      if (skipped.length > 0)
        done.push(
          `Skipped because they are too large, are installed again, or have a name that not every system allows: ${listed(skipped)}.`,
        );
      toast(done.join(" "), skipped.length > 0 ? "bad" : "good");
    },
  });
}
