import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useLocation } from "wouter";
import type { ImportedProject } from "../../../worker/contract/index.ts";
import { keys, queryClient } from "../api/queries.ts";
import { loadChunk } from "../ui/load-chunk.ts";

/** The source of an import: an archive, a chosen folder, or dropped entries. */
export type ImportSource =
  | { kind: "archive"; file: File }
  | { kind: "folder"; files: readonly File[] }
  | { kind: "dropped"; entries: FileSystemEntry[] }
  | { kind: "repository"; url: string };

/** Reads the source from a drop event. Call it synchronously, since the browser clears the event's data afterwards. */
export function droppedIn(data: DataTransfer): ImportSource | null {
  const entries = [...data.items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  const [file] = data.files;
  if (file !== undefined && data.items.length === 1 && entries[0]?.isDirectory !== true)
    return { kind: "archive", file };
  return entries.length === 0 ? null : { kind: "dropped", entries };
}

/** Loads the code that reads and packs folders at the first import, since the first page does not need it. */
const importFrom = async (source: ImportSource): Promise<ImportedProject> =>
  (await loadChunk(() => import("./import-from.ts"))).importFrom(source);

/**
 * Imports a project and opens it, unless there is a report to show or a root to choose.
 * @param shown whether the caller shows the error; otherwise a toast does
 */
export function useImport(shown = false) {
  const [, navigate] = useLocation();
  const [result, setResult] = useState<ImportedProject | null>(null);
  const open = (id: string) => navigate(`/projects/${id}`);
  const load = useMutation({
    meta: { shown },
    mutationFn: importFrom,
    onSuccess: (project) => {
      void queryClient.invalidateQueries({ queryKey: keys.projects });
      if (project.skippedTotal > 0 || project.roots.length > 1) setResult(project);
      else open(project.id);
    },
  });
  return { start: load.mutate, busy: load.isPending, error: load.error, result, open, close: () => setResult(null) };
}
