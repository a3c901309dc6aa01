import { Buffer } from "node:buffer";
import type { DataValue } from "../../../worker/contract/data-rpc.ts";
import { DataFault } from "./data-fault.ts";
import type { SqlBinding, SqlValue } from "./sql-channel.ts";

const LEAST = -(2n ** 63n);
const MOST = 2n ** 63n - 1n;

/** Converts an SQLite value to JSON, which has neither bytes nor infinity. */
export function toJson(value: SqlValue): DataValue {
  if (value instanceof ArrayBuffer) return { blob: Buffer.from(value).toString("base64") };
  if (typeof value !== "number" || Number.isFinite(value)) return value;
  return { real: value > 0 ? "Infinity" : "-Infinity" };
}

/** Returns whether the runtime, which passes integers as doubles, may have rounded this integer. */
export const maybeRounded = (value: SqlValue): boolean =>
  typeof value === "number" && Number.isInteger(value) && !Number.isSafeInteger(value);

/**
 * Converts a JSON value to an SQLite binding.
 * @throws DataFault `invalid_value` for an integer of more than 64 bits
 */
export function toBinding(value: DataValue): SqlBinding {
  if (value === true || value === false) return value ? 1 : 0;
  if (typeof value !== "object" || value === null) return value;
  if ("blob" in value) {
    const bytes = Buffer.from(value.blob, "base64");
    return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  }
  if ("real" in value) return value.real === "Infinity" ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  const integer = BigInt(value.integer);
  if (integer < LEAST || integer > MOST)
    throw new DataFault("invalid_value", `The integer ${value.integer} does not fit into SQLite's 64 bits.`);
  return { integer: value.integer };
}
