import type { Context } from "../accounts/index.ts";
import { newId } from "../contract/index.ts";
import { commit } from "../database/index.ts";
import { AppError } from "../errors.ts";
import { memberOf } from "./create-webhook.ts";
import { insertRedelivery } from "./store.ts";

/**
 * Sends the event of a delivery again, under the same `webhook-id`, whatever the outcome of the first. Send a wake-up
 * afterwards. A disabled webhook gets it once it is enabled.
 * @throws AppError `not_found`
 */
export async function redeliver(
  { database, actor }: Context,
  id: string,
  opId = newId("operation"),
): Promise<{ deliveryId: string }> {
  const statements = [insertRedelivery(database, actor.ownerId, id, opId)];
  const { result } = await commit(database, { opId, kind: "delivery.repeated", statements });
  if (result === null) throw new AppError("not_found", "Delivery not found.");
  return { deliveryId: memberOf(result, "deliveryId") };
}
