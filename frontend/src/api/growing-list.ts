import type { Page } from "../../../worker/contract/index.ts";

/**
 * A list whose newest items are read again while older ones, once read, stay: a list of pages would read every page again
 * at each change. Newest first.
 */
export type GrowingList<T> = { data: readonly T[]; nextCursor: string | null };

type Item = { id: string };

/** The maximum of pages that one reading takes. */
const maxPages = 20;

/** Puts fresh items before the known ones, each once. */
function joined<T extends Item>(fresh: readonly T[], known: readonly T[]): T[] {
  const ids = new Set(fresh.map(({ id }) => id));
  return [...fresh, ...known.filter(({ id }) => !ids.has(id))];
}

/**
 * Reads the newest items until they meet the known ones.
 * @param current returns the list so far; undefined for the first load, which reads one page
 * @param isFinal whether an item cannot change any more; items that can are read again
 */
export async function readNewest<T extends Item>(
  current: () => GrowingList<T> | undefined,
  read: (cursor: string | null) => Promise<Page<T>>,
  isFinal: (item: T) => boolean,
): Promise<GrowingList<T>> {
  const begun = current();
  const left = new Set(begun?.data.filter((item) => !isFinal(item)).map(({ id }) => id));
  const ids = new Set(begun?.data.map(({ id }) => id));
  const fresh: T[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < maxPages; page++) {
    const { data, pagination }: Page<T> = await read(cursor);
    fresh.push(...data);
    for (const { id } of data) left.delete(id);
    cursor = pagination.nextCursor;
    const meets = data.some(({ id }) => ids.has(id));
    if (cursor === null || ids.size === 0 || (meets && left.size === 0)) break;
  }
  const meets = fresh.some(({ id }) => ids.has(id));
  // Without a common item there may be others in between, so the known ones are read again when they are asked for.
  // Read again: an item may have been added while the requests were in flight.
  const known = current();
  if (known === undefined || !meets) return { data: fresh, nextCursor: cursor };
  const oldest = fresh.at(-1);
  const isBeyond = oldest !== undefined && !ids.has(oldest.id);
  return { data: joined(fresh, known.data), nextCursor: isBeyond ? cursor : known.nextCursor };
}

/** Adds a page of older items. */
export const withOlder = <T extends Item>(known: GrowingList<T>, page: Page<T>): GrowingList<T> => ({
  data: joined(known.data, page.data),
  nextCursor: page.pagination.nextCursor,
});

/** Puts one item first, in place of an older record of it. */
export const withItem = <T extends Item>(known: GrowingList<T>, item: T): GrowingList<T> => ({
  ...known,
  data: joined([item], known.data),
});
