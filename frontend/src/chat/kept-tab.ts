import { readStored, writeStored } from "../ui/storage.ts";

const tabKey = "edgesmith-tab";
/** A page that is being left keeps its lock for a moment longer than a reload takes. */
const leavingMs = 500;

/** The id of this window of the browser, over reloads, and that of the window of which it is a copy; null for none. */
export type Tab = { id: string; copyOf: string | null };

/** Returns whether no other window has an id, and keeps it for this one as long as the page is open. */
function isOwn(id: string): Promise<boolean> {
  // Browsers have locks on secure origins alone. Elsewhere a copy is taken for its original.
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

/** A browser that duplicates a tab copies its session's storage, and so the id. */
async function identify(): Promise<Tab> {
  const known = readStored("session", tabKey);
  if (known !== null && (await isOwn(known))) return { id: known, copyOf: null };
  const id = crypto.randomUUID();
  writeStored("session", tabKey, id);
  await isOwn(id);
  return { id, copyOf: known };
}

let identified: Promise<Tab> | null = null;

/** Returns this window's id, found at the first call. */
export function thisTab(): Promise<Tab> {
  identified ??= identify();
  return identified;
}
