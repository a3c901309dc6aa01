import type { Operation } from "../../../worker/contract/index.ts";

/** The API's limits of a batch. The limit in bytes leaves room for base64 and escapes within the request's 9 MB. */
const maxOperations = 1_000;
const maxBatchBytes = 5_000_000;

/** An operation, and the size of its content in bytes. */
export type Sized = { operation: Operation; bytes: number };

/** Splits operations into batches within the API's limits. */
export function batchesOf(all: readonly Sized[]): Operation[][] {
  const batches: Operation[][] = [];
  let bytes = 0;
  for (const { operation, bytes: size } of all) {
    const last = batches.at(-1);
    if (last === undefined || last.length >= maxOperations || bytes + size > maxBatchBytes) {
      batches.push([operation]);
      bytes = size;
    } else {
      last.push(operation);
      bytes += size;
    }
  }
  return batches;
}
