import type { Operation } from "../../../worker/contract/index.ts";
import { isApiError } from "../api/client.ts";
import { applyBatch } from "../api/projects.ts";
import { moveHead } from "../api/queries.ts";
import { base64Of, textIn } from "../chat/file-content.ts";
import { type FolderFile, readEntries } from "../projects/folder-files.ts";
import { plural } from "../ui/format.ts";
import { batchesOf, type Sized } from "./upload-batches.ts";

/** The largest file that an import accepts, in bytes: lock files and generated declarations have a limit of their own. */
const maxFileBytes = 2 * 1024 * 1024;

/** The files of an input element, or dropped file system entries. */
export type UploadSource = { files: readonly FolderFile[] } | { entries: readonly FileSystemEntry[] };

type Uploaded = { added: number; skipped: string[]; replaced: string[] };

async function operationOf(folder: string, path: string, file: File): Promise<Sized> {
  const content = new Uint8Array(await file.arrayBuffer());
  const text = textIn(content);
  const to = (folder === "" ? path : `${folder}/${path}`).normalize("NFC");
  const operation: Operation =
    text === null
      ? { op: "write", path: to, content: base64Of(content), encoding: "base64" }
      : { op: "write", path: to, content: text };
  return { operation, bytes: content.length };
}

/** Error codes about a single file, for which the server refuses the whole batch. */
const ofOneFile = ["file_too_large", "invalid_path"];

/**
 * Applies a batch, and omits files that are too large for the plan or have a path that the API does not allow.
 * @returns the omitted paths
 * @throws ApiError for any other refusal
 */
async function applyWithin(projectId: string, operations: readonly Operation[]): Promise<string[]> {
  if (operations.length === 0) return [];
  try {
    const message = `Upload ${plural(operations.length, "file")}`;
    const { revision } = await applyBatch(projectId, { message, operations: [...operations] });
    moveHead(projectId, revision);
    return [];
  } catch (error) {
    const refused = isApiError(error) && ofOneFile.includes(error.code) ? error.body.path : undefined;
    const left = operations.filter(({ path }) => path !== refused);
    if (refused === undefined || left.length === operations.length) throw error;
    return [refused, ...(await applyWithin(projectId, left))];
  }
}

/**
 * Uploads files into a folder of the project, replacing files at the same paths. Each batch is a revision that can be
 * undone.
 * @param folder empty for the top level
 * @param known the paths of the project's files
 * @throws ApiError when the server refuses a batch; earlier batches stay applied
 */
export async function uploadFiles(
  projectId: string,
  { folder, source, known }: { folder: string; source: UploadSource; known: ReadonlySet<string> },
): Promise<Uploaded> {
  const found = "files" in source ? source.files : await readEntries(source.entries);
  const skipped: string[] = [];
  const sized: Sized[] = [];
  for (const { path, file } of found) {
    if (file === null || file.size > maxFileBytes) skipped.push(path);
    else sized.push(await operationOf(folder, path, file));
  }
  for (const operations of batchesOf(sized)) skipped.push(...(await applyWithin(projectId, operations)));
  const written = sized.map(({ operation }) => operation.path).filter((path) => !skipped.includes(path));
  return { added: found.length - skipped.length, skipped, replaced: written.filter((path) => known.has(path)) };
}
