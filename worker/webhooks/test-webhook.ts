import type { Context } from "../accounts/index.ts";
import { newId } from "../contract/index.ts";
import { commit } from "../database/index.ts";
import { memberOf } from "./create-webhook.ts";
import { noSuchWebhook } from "./get-webhook.ts";
import { insertTest } from "./store.ts";

/**
 * Has a `webhook.test` event sent to one webhook, also to a disabled one: send a wake-up after it.
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
