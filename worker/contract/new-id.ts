import { encodeTime, ulid } from "ulid";
import { type IdKind, idPrefixes } from "./ids.ts";

/** A fresh id: its kind's prefix and a lower-case ULID, so ids of one kind sort by the time they were made. */
export const newId = (kind: IdKind, at: number = Date.now()): string => `${idPrefixes[kind]}_${ulid(at).toLowerCase()}`;

/** Crockford's base 32, as ULIDs are written. */
const digits = "0123456789abcdefghjkmnpqrstvwxyz";

/** The same id for the same moment and digest, at least 16 bytes: sortable by time like any other. */
export const idFrom = (kind: IdKind, at: number, digest: Uint8Array): string => {
  const body = Array.from(digest.subarray(0, 16), (byte) => digits[byte % 32]).join("");
  return `${idPrefixes[kind]}_${encodeTime(at).toLowerCase()}${body}`;
};
