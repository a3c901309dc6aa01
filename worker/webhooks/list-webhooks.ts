import type { Context } from "../accounts/index.ts";
import type { Page, Webhook } from "../contract/index.ts";
import { executeIdempotent, type PageRequest, pageFrom } from "../database/index.ts";
import { selectWebhooks } from "./store.ts";
import { toWebhook } from "./to-api.ts";

/** Lists the account's webhooks, newest first. */
export async function listWebhooks({ database, actor }: Context, page: PageRequest): Promise<Page<Webhook>> {
  const rows = await executeIdempotent(selectWebhooks(database, actor.ownerId, page.after, page.limit + 1));
  return pageFrom(rows.map(toWebhook), page, (webhook) => webhook.id);
}
