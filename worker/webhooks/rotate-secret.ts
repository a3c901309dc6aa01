import { trigger, webhook } from "../../drizzle/schema/index.ts";
import type { Context } from "../accounts/index.ts";
import { type NewTrigger, type NewWebhook, newId, type SecretRotation } from "../contract/index.ts";
import { decrypt, encrypt, encryptionKeyId, newSigningSecret } from "../crypto/index.ts";
import { commit } from "../database/index.ts";
import { AppError } from "../errors.ts";
import { ownTrigger } from "./get-trigger.ts";
import { ownWebhook } from "./get-webhook.ts";
import { rotateSecretRow, type Secured } from "./secrets-store.ts";
import { toTrigger, toWebhook } from "./to-api.ts";

type Input = SecretRotation & { id: string };

/**
 * Rotates a webhook's signing secret. Only this response contains the new secret. For `overlapSeconds` each delivery is
 * also signed with the old secret, so that the receiver can switch at any time. Secrets of earlier rotations stay valid until
 * their own overlap ends, unless `endPrevious` is set. A retry with the same `opId` returns the same secret.
 * @throws AppError `not_found`; `limit_reached` when it already has ten secrets
 */
export async function rotateSecret(context: Context, input: Input, opId = newId("operation")): Promise<NewWebhook> {
  const isRotated = await rotate(context, webhook, { kind: "webhook.secret_rotated", opId }, input);
  const row = await ownWebhook(context, input.id);
  if (!isRotated) throw tooManySecrets();
  return { ...toWebhook(row), secret: await decrypt(context.config, row.sealedSecret, row.id) };
}

/**
 * Rotates a trigger's signing secret. During the overlap, deliveries signed with the old secret are accepted too.
 * @throws AppError `not_found`; `limit_reached`
 */
export async function rotateTriggerSecret(
  context: Context,
  input: Input,
  opId = newId("operation"),
): Promise<NewTrigger> {
  const isRotated = await rotate(context, trigger, { kind: "trigger.secret_rotated", opId }, input);
  const row = await ownTrigger(context, input.id);
  if (!isRotated) throw tooManySecrets();
  return { ...toTrigger(context.config, row), secret: await decrypt(context.config, row.sealedSecret, row.id) };
}

const tooManySecrets = () =>
  new AppError(
    "limit_reached",
    "You already have ten active secrets. Wait until one expires, or set endPrevious to end them all.",
  );

/** @returns false when the row does not exist, or has the maximum number of secrets */
async function rotate(
  { config, database, actor }: Context,
  table: Secured,
  { kind, opId }: { kind: string; opId: string },
  { id, overlapSeconds = 0, endPrevious = false }: Input,
): Promise<boolean> {
  const [sealedSecret, sealKey] = await Promise.all([encrypt(config, newSigningSecret(), id), encryptionKeyId(config)]);
  const rotation = { ownerId: actor.ownerId, id, sealedSecret, sealKey, overlapSeconds, endPrevious, opId };
  const { result } = await commit(database, { opId, kind, statements: [rotateSecretRow(database, table, rotation)] });
  return result !== null;
}
