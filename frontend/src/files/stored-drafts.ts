import { editDraftPrefix, readStored, removeStored, type StorageKind, storedKeys, writeStored } from "../ui/storage.ts";
import type { EditDraft } from "./edit-drafts.ts";
import { isRecord, parseEditDraft, parseJson } from "./parse-edit-draft.ts";
import { changeOf } from "./text-change.ts";

// Storing is synchronous and may delay a key press. So this writes only the change, when typing pauses, and stores the
// base content once, under its revision and hash.

const keyOf = (projectId: string, path: string) => `${editDraftPrefix}${projectId}/${path}`;
const baseKeyOf = (projectId: string, { path, revision, sha256 }: EditDraft["base"]) =>
  `${editDraftPrefix}base-${revision}-${sha256}/${projectId}/${path}`;

/**
 * Returns the key of the base content that a stored draft changes; null without a draft, or if the draft has its whole
 * text.
 */
function baseKeyIn(stored: string | null): string | null {
  const draft = stored === null ? null : parseJson(stored);
  return isRecord(draft) && typeof draft.base === "string" && draft.base.startsWith(editDraftPrefix)
    ? draft.base
    : null;
}

/**
 * Stores a file's unsaved edits.
 * @returns whether they were stored
 */
export function storeDraft(kind: StorageKind, projectId: string, path: string, { text, base }: EditDraft): boolean {
  const key = keyOf(projectId, path);
  const baseKey = baseKeyOf(projectId, base);
  const before = baseKeyIn(readStored(kind, key));
  if (before !== null && before !== baseKey) removeStored(kind, before);
  // Another tab may have removed the base content meanwhile.
  const hasBase = readStored(kind, baseKey) !== null || writeStored(kind, baseKey, JSON.stringify(base));
  if (hasBase && writeStored(kind, key, JSON.stringify({ base: baseKey, ...changeOf(base.content, text) })))
    return true;
  removeStored(kind, key);
  removeStored(kind, baseKey);
  return false;
}

/** Removes a file's stored edits. */
export function removeDraft(kind: StorageKind, projectId: string, path: string): void {
  const key = keyOf(projectId, path);
  const baseKey = baseKeyIn(readStored(kind, key));
  if (baseKey !== null) removeStored(kind, baseKey);
  removeStored(kind, key);
}

function draftIn(kind: StorageKind, stored: string | null): EditDraft | null {
  const baseKey = baseKeyIn(stored);
  if (stored === null || baseKey === null) return parseEditDraft(stored);
  const change = parseJson(stored);
  const base = parseJson(readStored(kind, baseKey) ?? "null");
  if (!isRecord(change) || !isRecord(base) || typeof base.content !== "string") return null;
  const { from, to, insert } = change;
  if (typeof from !== "number" || typeof to !== "number" || typeof insert !== "string") return null;
  const text = base.content.slice(0, from) + insert + base.content.slice(to);
  return parseEditDraft(JSON.stringify({ text, base }));
}

/** Reads a project's stored edits by path. */
export function storedDrafts(kind: StorageKind, projectId: string): Map<string, EditDraft> {
  const start = keyOf(projectId, "");
  const found = new Map<string, EditDraft>();
  for (const key of storedKeys(kind, start)) {
    const draft = draftIn(kind, readStored(kind, key));
    if (draft !== null) found.set(key.slice(start.length), draft);
  }
  return found;
}
