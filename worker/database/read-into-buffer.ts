import { Buffer } from "node:buffer";
import { AppError } from "../errors.ts";
import { retryOnce } from "./commit.ts";
import type { Database } from "./connect.ts";
import type { ReusableBuffer } from "./reusable-buffer.ts";

/** The size of a response without its value: the description of one column, and counts. */
export const envelopeBytes = 4_096;

/** Matches up to the start of the only row's value. */
const valueBegins = /"rows"\s*:\s*\[\s*\[\s*"/;
const quote = 0x22;

/**
 * Reads a statement's only value, bytes in base64, into a reusable buffer. It serves contents of several megabytes: V8
 * would allocate the JSON text and its strings in the old space, which it collects only after growth by as much as an
 * isolate may hold.
 * @param memory a buffer with room for the base64 and `envelopeBytes`
 * @returns the bytes, valid until `memory` is filled again; null without a value
 * @throws AppError as `executeIdempotent` does
 */
export function readIntoBuffer(
  database: Database,
  statement: { toSQL(): { sql: string; params: unknown[] } },
  memory: Pick<ReusableBuffer, "fill">,
): Promise<Uint8Array | null> {
  const { sql, params } = statement.toSQL();
  return retryOnce(async () => {
    let response: Uint8Array = new Uint8Array();
    let tooLong: RangeError | null = null;
    const keep = async (body: ReadableStream<Uint8Array>) => {
      try {
        response = await memory.fill(body);
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        // Thrown later: the driver would treat it as a lost connection.
        tooLong = error;
      }
    };
    await database.$client.query(sql, params, { arrayMode: true, fetchOptions: { keep } });
    if (tooLong) throw new AppError("internal", "The database's response is too large.", { cause: tooLong });
    return bytesIn(response);
  });
}

function bytesIn(response: Uint8Array): Uint8Array | null {
  const head = Buffer.from(response.buffer, response.byteOffset, Math.min(response.length, envelopeBytes)).toString(
    "latin1",
  );
  const begin = valueBegins.exec(head);
  if (!begin) return null;
  const from = begin.index + begin[0].length;
  const to = response.indexOf(quote, from);
  if (to === -1)
    throw new AppError("dependency_down", "The connection to the database was lost. Try again.", { retryAfter: 2 });
  return decodeInPlace(response.subarray(from, to));
}

const padding = 0x3d;
const sixBits = new Uint8Array(256);
for (const [bits, character] of [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"].entries()) {
  sixBits[character.charCodeAt(0)] = bits;
}

/**
 * Decodes base64 in place: four characters become three bytes, which never overtake the read position, so that it
 * allocates neither a second buffer nor a string.
 */
function decodeInPlace(base64: Uint8Array): Uint8Array {
  const padded = base64.at(-2) === padding ? 2 : base64.at(-1) === padding ? 1 : 0;
  const bits = (at: number): number => sixBits[base64[at] ?? 0] ?? 0;
  let filled = 0;
  for (let at = 0; at < base64.length; at += 4) {
    const group = (bits(at) << 18) | (bits(at + 1) << 12) | (bits(at + 2) << 6) | bits(at + 3);
    base64[filled] = group >> 16;
    base64[filled + 1] = group >> 8;
    base64[filled + 2] = group;
    filled += 3;
  }
  return base64.subarray(0, filled - padded);
}
