import type { SkippedFile } from "../../../worker/contract/index.ts";
import type { FolderFile } from "./folder-files.ts";

/** No plan takes a larger file. */
const maxFileBytes = 2 * 1024 * 1024;
/** What may be sent of files that are too large anyway, so that the server hears of them: an archive has 20 MB at most. */
const maxLargeBytes = 8 * 1024 * 1024;

export type ZippedFolder = { archive: Blob; skipped: SkippedFile[] };

/**
 * Chooses what of a folder is sent. Files that are larger than any plan allows are left out where they are too much together.
 * @returns the files to send, and those that are left out
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

/** Packs the files of a folder as a zip, in the browser. */
export async function zipFolder(files: readonly FolderFile[]): Promise<ZippedFolder> {
  // Loaded with the first folder that is imported.
  const { BlobReader, BlobWriter, configure, ZipWriter } = await import("@zip.js/zip.js/lib/zip-core-native.js");
  // The page's policy allows no worker from a blob's address.
  configure({ useWebWorkers: false });
  const { sent, skipped } = chooseFiles(files);
  const zip = new ZipWriter(new BlobWriter("application/zip"));
  for (const { path, file } of sent) {
    if (file === null) await zip.add(path, undefined, { directory: true });
    else await zip.add(path, new BlobReader(file));
  }
  return { archive: await zip.close(), skipped };
}
