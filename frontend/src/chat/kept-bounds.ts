/** The key of a stored attachment: its box and tab, the time of attaching, its length in characters and its id. */
export type KeptKey = [box: string, at: number, length: number, id: string];

/** Older attachments are deleted, since the person has forgotten them by then. */
const maxAgeMs = 14 * 24 * 60 * 60_000;
/**
 * The limit in characters for all boxes together: enough for several prompts full of images, and a small part of a
 * browser's quota.
 */
const maxLength = 60_000_000;

/** Selects the keys of stored attachments from the keys of a store. */
export const keptKeysIn = (keys: readonly unknown[]): KeptKey[] =>
  keys.flatMap((key): KeptKey[] => {
    if (!Array.isArray(key)) return [];
    const [box, at, length, id]: unknown[] = key;
    const isKept =
      typeof box === "string" && typeof at === "number" && typeof length === "number" && typeof id === "string";
    return isKept ? [[box, at, length, id]] : [];
  });

/**
 * Splits attachments into those to keep, in order, and those to delete: expired ones, duplicates, and the oldest beyond
 * the limit of all boxes.
 */
export function boundKept(keys: readonly KeptKey[], now: number): { left: KeptKey[]; gone: KeptKey[] } {
  const left: KeptKey[] = [];
  const gone: KeptKey[] = [];
  // In a browser without the Web Locks API a duplicated tab may have stored the same image of an earlier prompt again.
  const known = new Set<string>();
  let length = 0;
  for (const key of keys.toSorted((first, second) => second[1] - first[1])) {
    const [box, at, ownLength, id] = key;
    const isTwice = known.has(`${box} ${id}`);
    known.add(`${box} ${id}`);
    if (!isTwice) length += ownLength;
    if (isTwice || length > maxLength || now - at > maxAgeMs) gone.push(key);
    else left.unshift(key);
  }
  return { left, gone };
}
