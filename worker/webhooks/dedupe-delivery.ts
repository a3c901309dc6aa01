import { newId } from "../contract/index.ts";
import { type Database, executeIdempotentBatch } from "../database/index.ts";
import { insertReceipt, selectReceipt } from "./receipts-store.ts";
import { isWanted, type Verified } from "./verify-delivery.ts";

/** The receipt of an inbound delivery: the operation that starts its run, and the run once it exists. */
export type Receipt = {
  opId: string;
  runId: string | null;
  /** Whether the delivery's event starts a run. */
  startsRun: boolean;
};

/**
 * Deduplicates an inbound delivery: inserts its receipt or reads the existing one, so that repeated and concurrent
 * requests share one operation. When the signature covers the body alone, the body identifies the delivery, whatever
 * its id.
 * @returns null when the trigger has been deleted in the meantime
 */
export async function dedupeDelivery(database: Database, verified: Verified): Promise<Receipt | null> {
  const { trigger, deliveryId, bodySha256, types } = verified;
  const wanted = isWanted(verified);
  const about = {
    triggerId: trigger.id,
    deliveryId,
    bodySha256,
    event: types.at(-1)?.slice(0, 200).toWellFormed() ?? null,
  };
  const receipt = { ...about, opId: newId("operation") };
  const [, rows] = await executeIdempotentBatch(database, [
    insertReceipt(database, { ...receipt, isIgnored: !wanted }),
    selectReceipt(database, receipt),
  ]);
  const [found] = rows;
  if (!found) return null;
  // The event name is not signed either: a repeated body with another name must not turn an ignored delivery into a
  // run.
  const isForeign = found.deliveryId !== deliveryId && found.outcome === "ignored";
  return { opId: found.opId, runId: found.runId, startsRun: wanted && !isForeign };
}
