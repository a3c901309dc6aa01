import type { Context } from "../accounts/index.ts";
import type { Webhook } from "../contract/index.ts";
import { executeIdempotent } from "../database/index.ts";
import { AppError } from "../errors.ts";
import { selectWebhook, type WebhookRow } from "./store.ts";
import { toWebhook } from "./to-api.ts";

/** Returns the error for a webhook that does not exist or is another account's. */
export const noSuchWebhook = () => new AppError("not_found", "Webhook not found.");

/**
 * Gets a webhook of the account.
 * @throws AppError `not_found`
 */
export const getWebhook = async (context: Context, id: string): Promise<Webhook> =>
  toWebhook(await ownWebhook(context, id));

/**
 * @returns the webhook's row, for use within this module
 * @throws AppError `not_found`
 */
export async function ownWebhook({ database, actor }: Context, id: string): Promise<WebhookRow> {
  const [row] = await executeIdempotent(selectWebhook(database, actor.ownerId, id));
  if (!row) throw noSuchWebhook();
  return row;
}
