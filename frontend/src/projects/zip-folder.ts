import type { SkippedFile } from "../../../worker/contract/index.ts";
import type { FolderFile } from "./folder-files.ts";

/** The largest file that an import accepts, in bytes: lock files and generated declarations have a limit of their own. */
const maxFileBytes = 2 * 1024 * 1024;
/**
 * The maximum total size, in bytes, of files that exceed every plan. They are sent so that the server can list them; an
 * archive has at most 20 MB.
 */
const maxLargeBytes = 8 * 1024 * 1024;

export type ZippedFolder = { archive: Blob; skipped: SkippedFile[] };

/**
 * Selects the files of a folder to send. Skips files larger than an import accepts once their total exceeds a limit.
 * @returns the files to send, and the skipped files
 */
export function chooseFiles(files: readonly FolderFile[]): { sent: FolderFile[]; skipped: SkippedFile[] } {
  const skipped: SkippedFile[] = [];
  let largeBytes = 0;
  const bySize = [...files].sort((a, b) => (a.file?.size ?? 0) - (b.file?.size ?? 0));
  const sent = bySize.filter(({ path, file }) => {
    const bytes = file?.size ?? 0;
    if (bytes <= maxFileBytes) return true;
    largeBytes += bytes;
    if (largeBytes <= maxLargeBytes) return true;
    skipped.push({ path, bytes, reason: "file_too_large" });
    return false;
  });
  return { sent, skipped };
}

/** Compresses the files of a folder into a zip archive, in the browser. */
export async function zipFolder(files: readonly FolderFile[]): Promise<ZippedFolder> {
  // Loaded with the first import of a folder.
  const { BlobReader, BlobWriter, configure, ZipWriter } = await import("@zip.js/zip.js/lib/zip-core-native.js");
  // The content security policy forbids workers from blob URLs.
  configure({ useWebWorkers: false });
  const { sent, skipped } = chooseFiles(files);
  const zip = new ZipWriter(new BlobWriter("application/zip"));
  for (const { path, file } of sent) {
    if (file === null) await zip.add(path, undefined, { directory: true });
    else await zip.add(path, new BlobReader(file));
  }
  return { archive: await zip.close(), skipped };
}
