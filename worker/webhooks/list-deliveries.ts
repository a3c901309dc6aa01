import type { Context } from "../accounts/index.ts";
import type { Delivery, DeliveryFilter, Page } from "../contract/index.ts";
import { executeIdempotent, type PageRequest, pageFrom } from "../database/index.ts";
import { ownWebhook } from "./get-webhook.ts";
import { selectDeliveries } from "./store.ts";
import { toDelivery } from "./to-api.ts";

/**
 * Lists the deliveries of a webhook, newest first by default.
 * @throws AppError `not_found`
 */
export async function listDeliveries(
  context: Context,
  { webhookId, page, filter = { order: "desc" } }: { webhookId: string; page: PageRequest; filter?: DeliveryFilter },
): Promise<Page<Delivery>> {
  const { database, actor } = context;
  const [, rows] = await Promise.all([
    ownWebhook(context, webhookId),
    executeIdempotent(
      selectDeliveries(database, actor.ownerId, webhookId, { after: page.after, limit: page.limit + 1, filter }),
    ),
  ]);
  const deliveries = rows.map((row) => toDelivery(row.delivery, row.type));
  return pageFrom(deliveries, page, (delivery) => delivery.id);
}
