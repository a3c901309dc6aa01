/**
 * The browser's storage, which may be unavailable: full (`QuotaExceededError`), or blocked together with cookies (every
 * access throws `SecurityError`). A value that cannot be stored is only remembered for a shorter time, so no caller fails.
 */
export type StorageKind = "local" | "session";

/** The prefix of the keys of drafts and of all else that a window keeps of its person, which signing out deletes. */
export const draftPrefix = "edgesmith-draft-";

/** The prefix of the keys of unsaved edits, which signing out deletes before the editor was ever loaded. */
export const editDraftPrefix = "edgesmith-edit-";

function storageOf(kind: StorageKind): Storage | null {
  try {
    return kind === "local" ? localStorage : sessionStorage;
  } catch {
    return null; // Blocked by the browser's settings.
  }
}

/** Reads a stored text; null when it or the storage is missing. */
export const readStored = (kind: StorageKind, key: string): string | null => storageOf(kind)?.getItem(key) ?? null;

/** Removes a stored text. */
export const removeStored = (kind: StorageKind, key: string): void => storageOf(kind)?.removeItem(key);

/**
 * Stores a text. On failure it removes the older text under the same key, which would otherwise be restored in place of
 * the newer one.
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
