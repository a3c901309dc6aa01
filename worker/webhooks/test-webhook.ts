import type { Context } from "../accounts/index.ts";
import { newId } from "../contract/index.ts";
import { commit } from "../database/index.ts";
import { memberOf } from "./create-webhook.ts";
import { noSuchWebhook } from "./get-webhook.ts";
import { insertTest } from "./store.ts";

/**
 * Sends a `webhook.test` event to one webhook, even when it is disabled. Send a wake-up afterwards.
 * @throws AppError `not_found`
 */
export async function testWebhook(
  { database, actor }: Context,
  id: string,
  opId = newId("operation"),
): Promise<{ deliveryId: string }> {
  const statements = [insertTest(database, actor.ownerId, id, opId)];
  const { result } = await commit(database, { opId, kind: "webhook.tested", statements });
  if (result === null) throw noSuchWebhook();
  return { deliveryId: memberOf(result, "deliveryId") };
}
