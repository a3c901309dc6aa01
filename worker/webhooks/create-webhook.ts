import type { Context } from "../accounts/index.ts";
import { maxWebhooks, type NewWebhook, newId, type WebhookInput } from "../contract/index.ts";
import { decrypt, encrypt, encryptionKeyId, newSigningSecret } from "../crypto/index.ts";
import { commit, executeIdempotent } from "../database/index.ts";
import { AppError } from "../errors.ts";
import { ownWebhook } from "./get-webhook.ts";
import { checkUrl } from "./ssrf-guard.ts";
import { insertWebhook, lockOwner, selectOwnProject } from "./store.ts";
import { toWebhook } from "./to-api.ts";

/**
 * Creates a webhook for events of some types, of all projects or of one. Only this response contains the signing secret;
 * a retry with the same `opId` returns the same webhook.
 * @throws AppError `invalid_url`; `not_found` for a project of another account; `limit_reached`
 */
export async function createWebhook(
  context: Context,
  input: WebhookInput,
  opId = newId("operation"),
): Promise<NewWebhook> {
  const { config, database, actor } = context;
  checkUrl(input.url, { allowLoopback: config.allowLoopbackWebhooks });
  const projectId = input.projectId ?? null;
  if (projectId !== null) {
    const [found] = await executeIdempotent(selectOwnProject(database, actor.ownerId, projectId));
    if (!found) throw new AppError("not_found", "Project not found.");
  }
  const id = newId("webhook");
  const row = {
    id,
    ownerId: actor.ownerId,
    projectId,
    url: input.url,
    events: [...new Set(input.events)],
    description: input.description ?? "",
    sealedSecret: await encrypt(config, newSigningSecret(), id),
    sealKey: await encryptionKeyId(config),
  };
  const statements = [lockOwner(database, actor.ownerId), insertWebhook(database, row, opId)];
  const { result } = await commit(database, { opId, kind: "webhook.created", statements });
  if (result === null)
    throw new AppError("limit_reached", `You can have at most ${maxWebhooks} webhooks. Delete one to create another.`);
  const stored = await ownWebhook(context, memberOf(result, "webhookId"));
  return { ...toWebhook(stored), secret: await decrypt(config, stored.sealedSecret, stored.id) };
}

/** @returns a text member of an operation's stored result; empty when the operation changed nothing */
export function memberOf(result: unknown, name: string): string {
  const member: unknown = typeof result === "object" && result !== null ? Reflect.get(result, name) : undefined;
  return typeof member === "string" ? member : "";
}
