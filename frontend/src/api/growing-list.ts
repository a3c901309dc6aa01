import type { Page } from "../../../worker/contract/index.ts";

/**
 * A list that refetches its newest items and keeps older items once loaded. TanStack's infinite query would refetch
 * every page at each change. Newest first.
 */
export type GrowingList<T> = { data: readonly T[]; nextCursor: string | null };

type Item = { id: string };

/** The maximum number of pages that one refetch reads. */
const maxPages = 20;

/** Prepends fresh items to the known items, without duplicates. */
function joined<T extends Item>(fresh: readonly T[], known: readonly T[]): T[] {
  const ids = new Set(fresh.map(({ id }) => id));
  return [...fresh, ...known.filter(({ id }) => !ids.has(id))];
}

/**
 * Reads the newest items until they overlap with the known items.
 * @param current returns the list so far; undefined for the first load, which reads one page
 * @param isFinal whether an item can no longer change; items that can change are read again
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
  // Without an overlap there may be unread items in between, so the older items are dropped and loaded again on demand.
  // Calls `current` again, since an item may have been added while the requests were in flight.
  const known = current();
  if (known === undefined || !meets) return { data: fresh, nextCursor: cursor };
  const oldest = fresh.at(-1);
  const isBeyond = oldest !== undefined && !ids.has(oldest.id);
  return { data: joined(fresh, known.data), nextCursor: isBeyond ? cursor : known.nextCursor };
}

/** Appends a page of older items. */
export const withOlder = <T extends Item>(known: GrowingList<T>, page: Page<T>): GrowingList<T> => ({
  data: joined(known.data, page.data),
  nextCursor: page.pagination.nextCursor,
});

/** Puts one item first, and removes the older record of the same item. */
export const withItem = <T extends Item>(known: GrowingList<T>, item: T): GrowingList<T> => ({
  ...known,
  data: joined([item], known.data),
});
