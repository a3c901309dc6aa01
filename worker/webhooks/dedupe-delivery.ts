import { newId } from "../contract/index.ts";
import { type Database, executeIdempotentBatch } from "../database/index.ts";
import { insertReceipt, selectReceipt } from "./receipts-store.ts";
import { isWanted, type Verified } from "./verify-delivery.ts";

/** A delivery's receipt: the operation that starts its run, and the run where that has been done. */
export type Receipt = {
  opId: string;
  runId: string | null;
  /** Whether it is one that starts a run. */
  startsRun: boolean;
};

/**
 * Deduplicates an inbound delivery: inserts its receipt or reads the one there is, so that it has one operation however often it is
 * sent, even concurrently. What is signed by its body alone is the same delivery whatever id it comes with.
 * @returns null where the trigger has been deleted in the meantime
 */
export async function dedupeDelivery(database: Database, verified: Verified): Promise<Receipt | null> {
  const { trigger, deliveryId, bodySha256, types } = verified;
  const wanted = isWanted(verified);
  const about = { triggerId: trigger.id, deliveryId, bodySha256, event: types.at(-1)?.slice(0, 200) ?? null };
  const receipt = { ...about, opId: newId("operation") };
  const [, rows] = await executeIdempotentBatch(database, [
    insertReceipt(database, { ...receipt, isIgnored: !wanted }),
    selectReceipt(database, receipt),
  ]);
  const [found] = rows;
  if (!found) return null;
  // The event's name is not signed either: another one for a body that was ignored would make it one that starts a run.
  const isForeign = found.deliveryId !== deliveryId && found.outcome === "ignored";
  return { opId: found.opId, runId: found.runId, startsRun: wanted && !isForeign };
}
