import { Buffer } from "node:buffer";
import type { Page } from "../contract/index.ts";
import { AppError } from "../errors.ts";

/** A page as it was asked for: at most `limit` rows after the key `after`, from the start where that is null. */
export type PageRequest = { limit: number; after: string | null };

const defaultLimit = 50;
const mostRows = 100;

/**
 * Reads `?limit=` and `?cursor=`.
 * @throws AppError `invalid_limit`, `invalid_cursor`
 */
export function pageRequest(query: { limit?: string | undefined; cursor?: string | undefined }): PageRequest {
  return { limit: limitFrom(query.limit), after: query.cursor === undefined ? null : keyFrom(query.cursor) };
}

function limitFrom(text: string | undefined): number {
  if (text === undefined) return defaultLimit;
  const limit = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (limit < 1 || limit > mostRows) throw new AppError("invalid_limit", `limit is a number from 1 to ${mostRows}.`);
  return limit;
}

/** Opaque to clients: the last row's sort key, in base64url, behind a version. */
export const cursorOf = (key: string): string => Buffer.from(`1:${key}`).toString("base64url");

function keyFrom(cursor: string): string {
  const [, key] = /^1:([\w.-]{1,200})$/.exec(Buffer.from(cursor, "base64url").toString()) ?? [];
  if (key === undefined || cursorOf(key) !== cursor) {
    throw new AppError("invalid_cursor", "The cursor is not one this API gave out.");
  }
  return key;
}

/** A page from `limit + 1` rows: the one too many tells that there is more. */
export function pageFrom<Row>(rows: Row[], limit: number, keyOf: (row: Row) => string): Page<Row> {
  const data = rows.slice(0, limit);
  const last = data.at(-1);
  const hasMore = rows.length > limit;
  return {
    data,
    pagination: { hasMore, nextCursor: hasMore && last !== undefined ? cursorOf(keyOf(last)) : null, limit },
  };
}
