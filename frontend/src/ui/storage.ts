/**
 * The browser's storage, which may be unavailable: full (`QuotaExceededError`), or blocked together with cookies (every
 * access throws `SecurityError`). No caller fails then: a value that cannot be stored is only remembered for a shorter
 * time.
 */
export type StorageKind = "local" | "session";

/** The prefix of the keys of drafts and of a tab's other personal state, which signing out deletes. */
export const draftPrefix = "edgesmith-draft-";

/** The prefix of the keys of unsaved edits, which signing out deletes even if the editor was never loaded. */
export const editDraftPrefix = "edgesmith-edit-";

function storageOf(kind: StorageKind): Storage | null {
  try {
    return kind === "local" ? localStorage : sessionStorage;
  } catch {
    return null; // Blocked by the browser's settings.
  }
}

/** Reads a stored text; null if the text is missing or the storage is unavailable. */
export const readStored = (kind: StorageKind, key: string): string | null => storageOf(kind)?.getItem(key) ?? null;

/** Removes a stored text. */
export const removeStored = (kind: StorageKind, key: string): void => storageOf(kind)?.removeItem(key);

/**
 * Stores a text. On failure it removes the older text under the same key, which a reload would otherwise restore
 * instead of the newer text.
 * @returns whether the text was stored
 */
export function writeStored(kind: StorageKind, key: string, text: string): boolean {
  try {
    storageOf(kind)?.setItem(key, text);
    return storageOf(kind) !== null;
  } catch {
    removeStored(kind, key);
    return false;
  }
}

/** Returns the keys that begin with a prefix. */
export function storedKeys(kind: StorageKind, prefix: string): string[] {
  const storage = storageOf(kind);
  return storage === null ? [] : Object.keys(storage).filter((key) => key.startsWith(prefix));
}

/** Removes every stored text whose key begins with a prefix. */
export function removeAllStored(kind: StorageKind, prefix: string): void {
  for (const key of storedKeys(kind, prefix)) removeStored(kind, key);
}
