/**
 * The browser's storage as a convenience that may be absent: full (`QuotaExceededError`), or blocked together with
 * cookies (the very access throws `SecurityError`). What cannot be stored is only remembered for less long, so no
 * caller has to fail over it.
 */
export type StorageKind = "local" | "session";

function storageOf(kind: StorageKind): Storage | null {
  try {
    return kind === "local" ? localStorage : sessionStorage;
  } catch {
    return null; // Blocked by the browser's settings.
  }
}

/** Reads a stored text, or null where there is none or no storage. */
export const readStored = (kind: StorageKind, key: string): string | null => storageOf(kind)?.getItem(key) ?? null;

/** Removes a stored text. */
export const removeStored = (kind: StorageKind, key: string): void => storageOf(kind)?.removeItem(key);

/**
 * Stores a text and returns whether it could be. Where it could not, an older text under the same key is removed: it
 * would come back in the place of the newer one.
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

/** Removes every stored text whose key begins with a prefix. */
export function removeAllStored(kind: StorageKind, prefix: string): void {
  const storage = storageOf(kind);
  if (storage === null) return;
  for (const key of Object.keys(storage)) if (key.startsWith(prefix)) storage.removeItem(key);
}
