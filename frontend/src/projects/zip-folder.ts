import type { SkippedFile } from "../../../worker/contract/index.ts";
import type { FolderFile } from "./folder-files.ts";

/** The largest file that any plan allows. */
const maxFileBytes = 2 * 1024 * 1024;
/**
 * The maximum total of files that exceed every plan, sent so that the server can list them: an archive has at most 20
 * MB.
 */
const maxLargeBytes = 8 * 1024 * 1024;

export type ZippedFolder = { archive: Blob; skipped: SkippedFile[] };

/**
 * Chooses the files of a folder to send. Skips files larger than any plan allows once their total exceeds a limit.
 * @returns the files to send, and the skipped ones
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

/** Compresses the files of a folder as a zip, in the browser. */
export async function zipFolder(files: readonly FolderFile[]): Promise<ZippedFolder> {
  // Loaded on the first import of a folder.
  const { BlobReader, BlobWriter, configure, ZipWriter } = await import("@zip.js/zip.js/lib/zip-core-native.js");
  // The content security policy allows no worker from a blob URL.
  configure({ useWebWorkers: false });
  const { sent, skipped } = chooseFiles(files);
  const zip = new ZipWriter(new BlobWriter("application/zip"));
  for (const { path, file } of sent) {
    if (file === null) await zip.add(path, undefined, { directory: true });
    else await zip.add(path, new BlobReader(file));
  }
  return { archive: await zip.close(), skipped };
}
