import type { Context } from "../accounts/index.ts";
import { newId } from "../contract/index.ts";
import { commit, executeIdempotent } from "../database/index.ts";
import { noSuchTrigger } from "./get-trigger.ts";
import { selectUnendedOf } from "./receipts-store.ts";
import { deleteTriggerRow, lockTrigger } from "./store.ts";

/**
 * Deletes a trigger and with it its secret. The runs that it started stay.
 * @returns the runs that were queued at the deletion. The caller must cancel them: without receipts they would look
 *   lost, and the cron would start them
 * @throws AppError `not_found`
 */
export async function deleteTrigger(
  { database, actor }: Context,
  id: string,
  opId = newId("operation"),
): Promise<{ id: string }[]> {
  const statements = [lockTrigger(database, actor.ownerId, id), deleteTriggerRow(database, actor.ownerId, id, opId)];
  const { result } = await commit(database, { opId, kind: "trigger.deleted", statements });
  if (result === null) throw noSuchTrigger();
  const queued: unknown = typeof result === "object" ? Reflect.get(result, "queued") : undefined;
  const opIds = Array.isArray(queued) ? queued.filter((opId) => typeof opId === "string") : [];
  return opIds.length === 0 ? [] : executeIdempotent(selectUnendedOf(database, actor.ownerId, opIds));
}
