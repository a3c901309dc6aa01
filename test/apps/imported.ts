import { plans } from "../../worker/billing/index.ts";
import type { SkippedFile } from "../../worker/contract/imports.ts";
import { openArchive } from "../../worker/projects/archive/read-archive.ts";
import type { ProjectFiles } from "../preview/serve-preview.ts";
import { makeZip } from "../properties/zip-maker.ts";

/**
 * Puts a project through a zip and the import of archives, as it comes from a person.
 * @returns the files that the import keeps, under the paths that it gives them, and those that it leaves out
 */
export async function imported(files: ProjectFiles): Promise<{ files: ProjectFiles; skipped: SkippedFile[] }> {
  const entries = Object.entries(files).map(([name, content]) => ({ name, content, method: "deflate" as const }));
  const archive = await openArchive(makeZip(entries), plans.enterprise);
  const kept: ProjectFiles = {};
  for await (const { path, content, encoding } of archive.files()) {
    kept[path] = encoding === "base64" ? Buffer.from(content, "base64") : content;
  }
  return { files: kept, skipped: archive.report.skipped };
}
