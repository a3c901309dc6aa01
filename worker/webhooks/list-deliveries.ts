import type { Context } from "../accounts/index.ts";
import type { Delivery, Page } from "../contract/index.ts";
import { type PageRequest, pageFrom, read } from "../database/index.ts";
import { ownWebhook } from "./get-webhook.ts";
import { shownDelivery } from "./shown.ts";
import { selectDeliveries } from "./store.ts";

/**
 * What was sent to a webhook, newest first.
 * @throws AppError `not_found`
 */
export async function listDeliveries(
  context: Context,
  { webhookId, page }: { webhookId: string; page: PageRequest },
): Promise<Page<Delivery>> {
  const { database, actor } = context;
  const [, rows] = await Promise.all([
    ownWebhook(context, webhookId),
    read(selectDeliveries(database, actor.ownerId, webhookId, page.after, page.limit + 1)),
  ]);
  const deliveries = rows.map((row) => shownDelivery(row.delivery, row.type));
  return pageFrom(deliveries, page, (delivery) => delivery.id);
}
