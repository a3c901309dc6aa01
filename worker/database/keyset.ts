import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import type { Page } from "../contract/index.ts";
import { AppError } from "../errors.ts";

/**
 * A requested page: at most `limit` rows after the key `after`, from the start when that is null. `list` identifies the
 * list and its order, since a cursor is valid for no other. A caller that pages by key needs neither a cursor nor
 * `list`.
 */
export type PageRequest = { list?: string; limit: number; after: string | null };

const defaultLimit = 50;
const maxRows = 100;

/**
 * Parses `?limit=` and `?cursor=`.
 * @throws AppError `invalid_limit`, `invalid_cursor`
 */
export function pageRequest(
  list: string,
  query: { limit?: string | undefined; cursor?: string | undefined },
): PageRequest {
  const after = query.cursor === undefined ? null : keyFrom(list, query.cursor);
  return { list, limit: limitFrom(query.limit), after };
}

function limitFrom(text: string | undefined): number {
  if (text === undefined) return defaultLimit;
  const limit = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (limit < 1 || limit > maxRows) throw new AppError("invalid_limit", `limit must be a number from 1 to ${maxRows}.`);
  return limit;
}

/** @returns a short hash that identifies a list */
const listHash = (list: string): string => createHash("sha256").update(list).digest("base64url").slice(0, 8);

/** @returns a cursor, opaque to clients: a version, the list's hash and the last row's sort key, in base64url */
export const cursorOf = (list: string, key: string): string =>
  Buffer.from(`2:${listHash(list)}:${key}`).toString("base64url");

function keyFrom(list: string, cursor: string): string {
  const [, key] = /^2:[\w-]{8}:([\w.-]{1,200})$/.exec(Buffer.from(cursor, "base64url").toString()) ?? [];
  if (key === undefined || cursorOf(list, key) !== cursor) {
    throw new AppError("invalid_cursor", "Invalid cursor. Start again without one.");
  }
  return key;
}

/**
 * @param rows `limit + 1` rows; the extra one shows that there is a next page
 * @returns the page
 */
export function pageFrom<Row>(
  rows: Row[],
  { list = "", limit }: Omit<PageRequest, "after">,
  keyOf: (row: Row) => string,
): Page<Row> {
  const data = rows.slice(0, limit);
  const last = data.at(-1);
  const hasMore = rows.length > limit;
  return {
    data,
    pagination: { hasMore, nextCursor: hasMore && last !== undefined ? cursorOf(list, keyOf(last)) : null, limit },
  };
}
