import { newId } from "../contract/index.ts";
import { type Database, read } from "../database/index.ts";
import { insertReceipt } from "./store.ts";
import type { Verified } from "./verify-delivery.ts";

/** A delivery's receipt: the operation that starts its run, and the run where that has been done. */
export type Receipt = { opId: string; runId: string | null };

/**
 * Notes that a delivery came, or finds that it did: it has one operation for ever, however often it is sent, were it at
 * once. Null where the trigger has been deleted in the meantime.
 */
export async function noteReceipt(database: Database, { trigger, deliveryId }: Verified): Promise<Receipt | null> {
  const { rows } = await read(insertReceipt(database, { triggerId: trigger.id, deliveryId, opId: newId("operation") }));
  return rows[0] ?? null;
}
