import type { Context } from "../accounts/index.ts";
import { type NewWebhook, newId } from "../contract/index.ts";
import { commit } from "../database/index.ts";
import { noSuchWebhook, ownWebhook } from "./get-webhook.ts";
import { newSecret, openSealed, seal } from "./seal.ts";
import { shownWebhook } from "./shown.ts";
import { rotateSecretRow } from "./store.ts";

/**
 * Gives a webhook another signing secret, shown this once. For `overlapSeconds` each delivery is signed with the old one too,
 * so that a receiver changes when it likes. Done again under the same `opId` it gives the same secret.
 * @throws AppError `not_found`
 */
export async function rotateSecret(
  context: Context,
  { id, overlapSeconds }: { id: string; overlapSeconds: number },
  opId = newId("operation"),
): Promise<NewWebhook> {
  const { config, database, actor } = context;
  const sealedSecret = await seal(config, newSecret(), id);
  const statements = [rotateSecretRow(database, { ownerId: actor.ownerId, id, sealedSecret, overlapSeconds, opId })];
  const { result } = await commit(database, { opId, kind: "webhook.secret_rotated", statements });
  if (result === null) throw noSuchWebhook();
  const row = await ownWebhook(context, id);
  return { ...shownWebhook(row), secret: await openSealed(config, row.sealedSecret, id) };
}
