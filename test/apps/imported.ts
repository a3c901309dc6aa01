import { plans } from "../../worker/billing/index.ts";
import type { SkippedFile } from "../../worker/contract/imports.ts";
import { openArchive } from "../../worker/projects/archive/read-archive.ts";
import type { ProjectFiles } from "../preview/serve-preview.ts";
import { makeZip } from "../properties/zip-maker.ts";

/**
 * Imports a project as a zip archive, as a person would.
 * @returns the imported files under their paths in the project, and the skipped files
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
