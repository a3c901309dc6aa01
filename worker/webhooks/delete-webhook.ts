import type { Context } from "../accounts/index.ts";
import { newId } from "../contract/index.ts";
import { commit } from "../database/index.ts";
import { noSuchWebhook } from "./get-webhook.ts";
import { deleteWebhookRow } from "./store.ts";

/**
 * Deletes a webhook with its deliveries, including pending ones.
 * @throws AppError `not_found`
 */
export async function deleteWebhook(
  { database, actor }: Context,
  id: string,
  opId = newId("operation"),
): Promise<void> {
  const statements = [deleteWebhookRow(database, actor.ownerId, id, opId)];
  const { result } = await commit(database, { opId, kind: "webhook.deleted", statements });
  if (result === null) throw noSuchWebhook();
}
