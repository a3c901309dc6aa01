import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useLocation } from "wouter";
import type { ImportedProject } from "../../../worker/contract/index.ts";
import { importProject } from "../api/projects.ts";
import { keys, queryClient } from "../api/queries.ts";
import { type FolderFile, readEntries } from "./folder-files.ts";
import { nameFromFile } from "./import-labels.ts";
import { zipFolder } from "./zip-folder.ts";

/** The source of an import: an archive, a chosen folder, or dropped entries. */
export type ImportSource =
  | { kind: "archive"; file: File }
  | { kind: "folder"; name: string; files: FolderFile[] }
  | { kind: "dropped"; entries: FileSystemEntry[] };

const isArchive = (name: string): boolean => /\.(zip|tar\.gz|tgz)$/i.test(name);

/** Reads the source from a drop event. Must be called synchronously: the event's data is gone afterwards. */
export function droppedIn(data: DataTransfer): ImportSource | null {
  const entries = [...data.items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  const [file] = data.files;
  if (file !== undefined && data.items.length === 1 && entries[0]?.isDirectory !== true)
    return { kind: "archive", file };
  return entries.length === 0 ? null : { kind: "dropped", entries };
}

async function importFrom(source: ImportSource): Promise<ImportedProject> {
  if (source.kind === "archive") {
    const { file } = source;
    const type = isArchive(file.name) && !/\.zip$/i.test(file.name) ? "application/gzip" : "application/zip";
    return importProject(nameFromFile(file.name), file.slice(0, file.size, type));
  }
  const files = source.kind === "folder" ? source.files : await readEntries(source.entries);
  const name = source.kind === "folder" ? source.name : (source.entries[0]?.name ?? "");
  const { archive, skipped } = await zipFolder(files);
  const project = await importProject(nameFromFile(name), archive);
  return {
    ...project,
    skipped: [...skipped, ...project.skipped],
    skippedTotal: project.skippedTotal + skipped.length,
  };
}

/** Imports a project, and opens it unless there is a report to show or a root to choose. */
export function useImport() {
  const [, navigate] = useLocation();
  const [result, setResult] = useState<ImportedProject | null>(null);
  const open = (id: string) => navigate(`/projects/${id}`);
  const load = useMutation({
    mutationFn: importFrom,
    onSuccess: (project) => {
      void queryClient.invalidateQueries({ queryKey: keys.projects });
      if (project.skippedTotal > 0 || project.roots.length > 1) setResult(project);
      else open(project.id);
    },
  });
  return { start: load.mutate, busy: load.isPending, result, open, close: () => setResult(null) };
}
