import type { Context } from "../accounts/index.ts";
import { newId } from "../contract/index.ts";
import { commit } from "../database/index.ts";
import { noSuchTrigger } from "./get-trigger.ts";
import { deleteTriggerRow } from "./store.ts";

/**
 * Deletes a trigger: its secret is good for nothing from then on. The runs it has started stay.
 * @throws AppError `not_found`
 */
export async function deleteTrigger(
  { database, actor }: Context,
  id: string,
  opId = newId("operation"),
): Promise<void> {
  const statements = [deleteTriggerRow(database, actor.ownerId, id, opId)];
  const { result } = await commit(database, { opId, kind: "trigger.deleted", statements });
  if (result === null) throw noSuchTrigger();
}
