import type { Context } from "../accounts/index.ts";
import { maxTriggers, type NewTrigger, newId, type TriggerInput } from "../contract/index.ts";
import { decrypt, encrypt, encryptionKeyId, newSigningSecret } from "../crypto/index.ts";
import { commit, type Database, executeIdempotent } from "../database/index.ts";
import { AppError } from "../errors.ts";
import { memberOf } from "./create-webhook.ts";
import { ownTrigger } from "./get-trigger.ts";
import { insertTrigger, lockOwner, selectOwnProject } from "./store.ts";
import { toTrigger } from "./to-api.ts";

/**
 * Creates a trigger, through which an external system starts runs in a project. Only this response contains the signing
 * secret; a retry with the same `opId` returns the same trigger.
 * @throws AppError `not_found` for a project of another account; `limit_reached`
 */
export async function createTrigger(
  context: Context,
  { projectId, ...input }: TriggerInput & { projectId: string },
  opId = newId("operation"),
): Promise<NewTrigger> {
  const { config, database, actor } = context;
  const id = newId("trigger");
  const row = {
    id,
    ownerId: actor.ownerId,
    projectId,
    kind: input.kind,
    prompt: input.prompt,
    agent: input.agent ?? null,
    events: [...new Set(input.events)],
    sealedSecret: await encrypt(config, newSigningSecret(), id),
    enabled: true,
    disabledReason: null,
    sealKey: await encryptionKeyId(config),
  };
  const statements = [lockOwner(database, actor.ownerId), insertTrigger(database, row, opId)];
  const { result } = await commit(database, { opId, kind: "trigger.created", statements });
  if (result === null) throw await refusal({ database, ownerId: actor.ownerId, projectId });
  const stored = await ownTrigger(context, memberOf(result, "triggerId"));
  return { ...toTrigger(config, stored), secret: await decrypt(config, stored.sealedSecret, stored.id) };
}

/** @returns the reason why no trigger was inserted: an unknown project, or too many triggers */
async function refusal({ database, ownerId, projectId }: { database: Database; ownerId: string; projectId: string }) {
  const [found] = await executeIdempotent(selectOwnProject(database, ownerId, projectId));
  return found
    ? new AppError("limit_reached", `You can have at most ${maxTriggers} triggers. Delete one to create another.`)
    : new AppError("not_found", "Project not found.");
}
