import { Buffer } from "node:buffer";
import type { DataValue } from "../../../worker/contract/data-rpc.ts";
import { DataFault } from "./data-fault.ts";

/**
 * The maximum length of a key in a cursor. A cursor omits a longer value, and the query reads the value from the row
 * that the cursor names.
 */
const maxKeyCharacters = 190;

/** A position in a list: the last row's rowid, and the row's value in the sort column. */
export type PageKey = [rowid: DataValue, value?: DataValue];

/** Encodes a key; omits a long value. */
export function encodeKey(key: PageKey): string {
  const whole = encode(key);
  return whole.length <= maxKeyCharacters ? whole : encode([key[0]]);
}

const encode = (key: PageKey): string => Buffer.from(JSON.stringify(key)).toString("base64url");

/**
 * Decodes a key. Callers may forge a cursor, so this validates it.
 * @throws DataFault `invalid_cursor`
 */
export function decodeKey(text: string): PageKey {
  const key = parse(Buffer.from(text, "base64url").toString());
  const [rowid, value, ...rest]: unknown[] = Array.isArray(key) ? key : [];
  if (rest.length === 0 && isRowid(rowid) && (value === undefined || isValue(value)))
    return value === undefined ? [rowid] : [rowid, value];
  throw new DataFault("invalid_cursor", "Invalid cursor. Start again without one.");
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (failure) {
    if (failure instanceof SyntaxError) return null;
    throw failure;
  }
}

function isValue(value: unknown): value is DataValue {
  if (typeof value !== "object" || value === null) return true;
  const [[kind, text] = [], ...rest] = Object.entries(value);
  if (rest.length > 0 || typeof text !== "string") return false;
  return kind === "blob" || kind === "real" || (kind === "integer" && /^-?\d{1,19}$/.test(text));
}

const isRowid = (value: unknown): value is number | { integer: string } =>
  Number.isSafeInteger(value) || (typeof value === "object" && value !== null && "integer" in value && isValue(value));
