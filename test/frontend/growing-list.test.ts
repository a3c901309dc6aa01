import { describe, expect, it } from "vitest";
import { type GrowingList, readNewest, withItem, withOlder } from "../../frontend/src/api/growing-list.ts";
import type { Page } from "../../worker/contract/index.ts";

type Item = { id: string; isFinal: boolean };
const item = (id: number, isFinal = true): Item => ({ id: String(id), isFinal });
const isFinal = (one: Item) => one.isFinal;

/** Simulates a server's list, newest first, in pages of three. */
function serverOf(all: () => Item[]) {
  const reads: (string | null)[] = [];
  const read = async (cursor: string | null): Promise<Page<Item>> => {
    reads.push(cursor);
    const from = Number(cursor ?? 0);
    const data = all().slice(from, from + 3);
    const isMore = from + 3 < all().length;
    return { data, pagination: { hasMore: isMore, nextCursor: isMore ? String(from + 3) : null, limit: 3 } };
  };
  return { read, reads };
}

const idsOf = ({ data }: GrowingList<Item>) => data.map(({ id }) => Number(id));

describe("a list whose newest items are read again", () => {
  it("readNewest reads one page first, and later reads until it reaches a known item", async () => {
    let all = [5, 4, 3, 2, 1].map((id) => item(id));
    const server = serverOf(() => all);
    const first = await readNewest(() => undefined, server.read, isFinal);
    expect(idsOf(first)).toEqual([5, 4, 3]);
    const whole = withOlder(first, await server.read(first.nextCursor));
    expect(whole).toMatchObject({ nextCursor: null });
    all = [item(6), ...all];
    server.reads.length = 0;
    const again = await readNewest(() => whole, server.read, isFinal);
    expect(idsOf(again)).toEqual([6, 5, 4, 3, 2, 1]);
    expect(again.nextCursor).toBeNull();
    expect(server.reads).toEqual([null]);
  });

  it("readNewest reads on to an item that may have changed, however old it is", async () => {
    const known = { data: [item(5), item(4), item(3), item(2, false), item(1)], nextCursor: null };
    const server = serverOf(() => [5, 4, 3, 2, 1].map((id) => item(id)));
    const again = await readNewest(() => known, server.read, isFinal);
    expect(again.data.find(({ id }) => id === "2")).toMatchObject({ isFinal: true });
  });

  it("readNewest leaves no gap when more items came than it reads", async () => {
    const known = { data: [item(1)], nextCursor: null };
    const server = serverOf(() => Array.from({ length: 100 }, (_, index) => item(101 - index)));
    const again = await readNewest(() => known, server.read, isFinal);
    expect(again.data).toHaveLength(60);
    expect(again.nextCursor).toBe("60");
  });

  it("readNewest keeps an item that was added while the request was in flight", async () => {
    const server = serverOf(() => [item(1)]);
    let known: GrowingList<Item> = { data: [item(1)], nextCursor: null };
    const reading = readNewest(() => known, server.read, isFinal);
    known = withItem(known, item(2, false));
    expect(idsOf(await reading)).toContain(2);
  });
});
