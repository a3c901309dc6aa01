/** The key of a kept attachment: its box with the window that it is in, when it was attached, its length in characters and its id. */
export type KeptKey = [box: string, at: number, length: number, id: string];

/** Older ones are forgotten: a person no longer knows of them. */
const maxAgeMs = 14 * 24 * 60 * 60_000;
/** The limit of all boxes together: some prompts full of pictures, and little of the room that a browser grants. */
const maxLength = 60_000_000;

/** Returns the keys of kept attachments among the keys of a store. */
export const keptKeysIn = (keys: readonly unknown[]): KeptKey[] =>
  keys.flatMap((key): KeptKey[] => {
    if (!Array.isArray(key)) return [];
    const [box, at, length, id]: unknown[] = key;
    const isKept =
      typeof box === "string" && typeof at === "number" && typeof length === "number" && typeof id === "string";
    return isKept ? [[box, at, length, id]] : [];
  });

/** Tells which attachments stay, in their order, and which have to go: those too old, those kept twice, and the oldest beyond the limit of all boxes. */
export function boundKept(keys: readonly KeptKey[], now: number): { left: KeptKey[]; gone: KeptKey[] } {
  const left: KeptKey[] = [];
  const gone: KeptKey[] = [];
  // Where browsers have no locks, a copy of a window may have put the same picture of an earlier prompt into its box.
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
