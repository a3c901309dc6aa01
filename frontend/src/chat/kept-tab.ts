import { readStored, writeStored } from "../ui/storage.ts";

const tabKey = "edgesmith-tab";
/** A page that is being unloaded holds its lock for a moment longer than a reload takes. */
const leavingMs = 500;

/** The id of this browser tab, stable across reloads, and the id of the tab that it duplicates; null for none. */
export type Tab = { id: string; copyOf: string | null };

/** Whether no other tab uses an id. Holds a lock on the id for as long as this page is open. */
function isOwn(id: string): Promise<boolean> {
  // Browsers offer locks only on secure origins. Elsewhere a duplicated tab counts as its original.
  if (!("locks" in navigator)) return Promise.resolve(true);
  const signal = AbortSignal.timeout(leavingMs);
  return new Promise((resolve) => {
    const hold = () => {
      resolve(true);
      return new Promise(() => undefined);
    };
    navigator.locks.request(`${tabKey}-${id}`, { signal }, hold).catch(() => resolve(false));
  });
}

/** Identifies this tab. Duplicating a tab copies its sessionStorage, and so also its id. */
async function identify(): Promise<Tab> {
  const known = readStored("session", tabKey);
  if (known !== null && (await isOwn(known))) return { id: known, copyOf: null };
  const id = crypto.randomUUID();
  writeStored("session", tabKey, id);
  await isOwn(id);
  return { id, copyOf: known };
}

let identified: Promise<Tab> | null = null;

/** Returns this tab's id, which the first call determines. */
export function thisTab(): Promise<Tab> {
  identified ??= identify();
  return identified;
}
