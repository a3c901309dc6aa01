import { encodeTime, ulid } from "ulid";
import { type IdKind, idPrefixes } from "./ids.ts";

/**
 * @param at Unix milliseconds
 * @returns a new id: the type's prefix and a lower-case ULID, so that ids of one type sort by creation time
 */
export const newId = (kind: IdKind, at: number = Date.now()): string => `${idPrefixes[kind]}_${ulid(at).toLowerCase()}`;

/** Crockford's base 32, the alphabet of ULIDs. */
const digits = "0123456789abcdefghjkmnpqrstvwxyz";

/**
 * Derives an id deterministically; it sorts by time like any other.
 * @param at Unix milliseconds
 * @param digest at least 16 bytes
 */
export const idFrom = (kind: IdKind, at: number, digest: Uint8Array): string => {
  const body = Array.from(digest.subarray(0, 16), (byte) => digits[byte % 32]).join("");
  return `${idPrefixes[kind]}_${encodeTime(at).toLowerCase()}${body}`;
};
