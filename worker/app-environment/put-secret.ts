import type { Context } from "../accounts/index.ts";
import { maxSecrets, newId, publicPrefixOf, type Secret, type SecretInput } from "../contract/index.ts";
import { encrypt, encryptionKeyId } from "../crypto/index.ts";
import { commit } from "../database/index.ts";
import { AppError } from "../errors.ts";
import { outboxOfOperation } from "../webhooks/index.ts";
import { aboutSecret } from "./about-secret.ts";
import { lockOwnProject, upsertSecret } from "./store.ts";
import { hasVariable, refuseValue, requireName, written } from "./written.ts";

type Input = SecretInput & { projectId: string; name: string };

/**
 * Sets a secret of an app. The API can replace the value but never returns it.
 * @returns the secret without its value, also for a repeated operation
 * @throws AppError `invalid_request`, `not_found`, `conflict` for a variable's name, `limit_reached`
 */
export async function putSecret(
  context: Context,
  { projectId, name, value, target }: Input,
  opId = newId("operation"),
): Promise<Secret> {
  requireName(name);
  const prefix = publicPrefixOf(name);
  if (prefix !== null) throw publicName(name, prefix);
  const { config, database, actor } = context;
  const place = { ownerId: actor.ownerId, projectId, name, target };
  const sealed = {
    sealed: await encrypt(config, value, aboutSecret(place), projectId),
    sealKey: await encryptionKeyId(config),
  };
  const { result } = await commit(database, {
    opId,
    kind: "secret.put",
    statements: [
      lockOwnProject(database, place),
      upsertSecret(database, place, sealed, opId),
      outboxOfOperation(database, { opId, ownerId: actor.ownerId, projectId, type: "secret.updated" }),
    ],
  });
  if (result === null) {
    return refuseValue(context, place, {
      isTaken: hasVariable,
      taken: `${name} is a variable of this project. Delete it first, or choose another name.`,
      full: `A project can have at most ${maxSecrets} secrets.`,
    });
  }
  const stored = written.parse(result);
  return { name, target, version: stored.version, updatedAt: stored.updatedAt };
}

function publicName(name: string, prefix: string): AppError {
  const detail = `${name} can't be a secret: values whose names begin with ${prefix} are built into the app's pages, where every visitor can read them. Choose a name without ${prefix}.`;
  return new AppError("invalid_request", detail, { errors: [{ pointer: "/name", code: "public_name", detail }] });
}
