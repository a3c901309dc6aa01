import type { ImportedProject } from "../../../worker/contract/index.ts";
import { importProject, importRepository } from "../api/projects.ts";
import { readChosen, readEntries } from "./folder-files.ts";
import { nameFromFile } from "./import-labels.ts";
import type { ImportSource } from "./use-import.ts";
import { zipFolder } from "./zip-folder.ts";

const isArchive = (name: string): boolean => /\.(zip|tar\.gz|tgz)$/i.test(name);

/**
 * Imports a project.
 * @throws ApiError when the server refuses it
 */
export async function importFrom(source: ImportSource): Promise<ImportedProject> {
  if (source.kind === "archive") {
    const { file } = source;
    const type = isArchive(file.name) && !/\.zip$/i.test(file.name) ? "application/gzip" : "application/zip";
    return importProject(nameFromFile(file.name), file.slice(0, file.size, type));
  }
  if (source.kind === "repository") return importRepository(source.url);
  const files = source.kind === "folder" ? readChosen(source.files) : await readEntries(source.entries);
  const name = source.kind === "folder" ? (files[0]?.path.split("/")[0] ?? "") : (source.entries[0]?.name ?? "");
  const { archive, skipped } = await zipFolder(files);
  const project = await importProject(nameFromFile(name), archive);
  return {
    ...project,
    skipped: [...skipped, ...project.skipped],
    skippedTotal: project.skippedTotal + skipped.length,
  };
}
