import type { Context } from "../accounts/index.ts";
import type { Webhook, WebhookUpdate } from "../contract/index.ts";
import { executeIdempotent } from "../database/index.ts";
import { noSuchWebhook } from "./get-webhook.ts";
import { checkUrl } from "./ssrf-guard.ts";
import { type NewWebhookRow, probeWebhook, updateWebhookRow } from "./store.ts";
import { toWebhook } from "./to-api.ts";

/**
 * Updates a webhook. Enabling it clears the reason why it was disabled and sends its pending deliveries: send a wake-up
 * afterwards.
 * @throws AppError `invalid_url`, `not_found`
 */
export async function updateWebhook(
  context: Context,
  { id, ...input }: WebhookUpdate & { id: string },
): Promise<Webhook> {
  const { config, database, actor } = context;
  if (input.url !== undefined) checkUrl(input.url, { allowLoopback: config.allowLoopbackWebhooks });
  const change: Partial<NewWebhookRow> = {
    ...(input.url !== undefined && { url: input.url }),
    ...(input.events && { events: [...new Set(input.events)] }),
    ...(input.description !== undefined && { description: input.description }),
    ...(input.enabled !== undefined && { enabled: input.enabled, disabledReason: null, failingSince: null }),
  };
  const [row] = await executeIdempotent(updateWebhookRow(database, actor.ownerId, id, change));
  if (input.enabled) await executeIdempotent(probeWebhook(database, actor.ownerId, id));
  if (!row) throw noSuchWebhook();
  return toWebhook(row);
}
