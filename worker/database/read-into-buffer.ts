import { Buffer } from "node:buffer";
import { AppError } from "../errors.ts";
import { retryOnce } from "./commit.ts";
import type { Database } from "./connect.ts";
import type { ReusableBuffer } from "./reusable-buffer.ts";

/** What an answer has beside its value: the description of one column, and counts. */
export const envelopeBytes = 4_096;

/** Where the value of the only row begins. */
const valueBegins = /"rows"\s*:\s*\[\s*\[\s*"/;
const quote = 0x22;

/**
 * Reads a statement's only value, bytes in base64, into memory that is used again. For contents by the megabyte: a JSON of
 * that size, and the texts in it, go straight to V8's old space, which is not looked at before it has grown by as much as an
 * isolate may hold.
 * @param memory with room for the base64 and `envelopeBytes`
 * @returns the bytes, in `memory` until it is filled again; null where there is no value
 * @throws AppError as `executeIdempotent` does
 */
export function readIntoBuffer(
  database: Database,
  statement: { toSQL(): { sql: string; params: unknown[] } },
  memory: Pick<ReusableBuffer, "fill">,
): Promise<Uint8Array | null> {
  const { sql, params } = statement.toSQL();
  return retryOnce(async () => {
    let answer: Uint8Array = new Uint8Array();
    let tooLong: RangeError | null = null;
    const keep = async (body: ReadableStream<Uint8Array>) => {
      try {
        answer = await memory.fill(body);
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        // The driver would take it for a connection that broke off.
        tooLong = error;
      }
    };
    await database.$client.query(sql, params, { arrayMode: true, fetchOptions: { keep } });
    if (tooLong) throw new AppError("internal", "The database's response is too large.", { cause: tooLong });
    return bytesIn(answer);
  });
}

function bytesIn(answer: Uint8Array): Uint8Array | null {
  const head = Buffer.from(answer.buffer, answer.byteOffset, Math.min(answer.length, envelopeBytes)).toString("latin1");
  const begin = valueBegins.exec(head);
  if (!begin) return null;
  const from = begin.index + begin[0].length;
  const to = answer.indexOf(quote, from);
  if (to === -1)
    throw new AppError("dependency_down", "The connection to the database was lost. Try again.", { retryAfter: 2 });
  return decodeInPlace(answer.subarray(from, to));
}

const padding = 0x3d;
const sixBits = new Uint8Array(256);
for (const [bits, character] of [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"].entries()) {
  sixBits[character.charCodeAt(0)] = bits;
}

/** Whole groups of four characters become three bytes, which never reach the next group: no second memory, no text. */
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
