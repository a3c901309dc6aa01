import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import type { Page } from "../contract/index.ts";
import { AppError } from "../errors.ts";

/**
 * A page as it was asked for: at most `limit` rows after the key `after`, from the start where that is null. `list` names
 * what is listed, and in which order: a cursor is good for that alone. Who goes on by a key needs no cursor, and no name.
 */
export type PageRequest = { list?: string; limit: number; after: string | null };

const defaultLimit = 50;
const maxRows = 100;

/**
 * Reads `?limit=` and `?cursor=`.
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

/** As much of a list's name as tells it from another. */
const markOf = (list: string): string => createHash("sha256").update(list).digest("base64url").slice(0, 8);

/** Opaque to clients: the last row's sort key, in base64url, behind a version and the mark of the list it is a key of. */
export const cursorOf = (list: string, key: string): string =>
  Buffer.from(`2:${markOf(list)}:${key}`).toString("base64url");

function keyFrom(list: string, cursor: string): string {
  const [, key] = /^2:[\w-]{8}:([\w.-]{1,200})$/.exec(Buffer.from(cursor, "base64url").toString()) ?? [];
  if (key === undefined || cursorOf(list, key) !== cursor) {
    throw new AppError("invalid_cursor", "Invalid cursor. Start again without one.");
  }
  return key;
}

/** A page from `limit + 1` rows: the one too many tells that there is more. */
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
