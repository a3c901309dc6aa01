import type { Context } from "../accounts/index.ts";
import { type NewTrigger, newId, type TriggerInput } from "../contract/index.ts";
import { commit, read } from "../database/index.ts";
import { AppError } from "../errors.ts";
import { memberOf } from "./create-webhook.ts";
import { newSecret, openSealed, seal } from "./seal.ts";
import { shownTrigger } from "./shown.ts";
import { insertTrigger, selectTrigger } from "./store.ts";

/**
 * Lets a system outside start runs in a project. Shows the secret that it signs with this once; done again under the same
 * `opId` it gives the same trigger.
 * @throws AppError `not_found` where the project is none of the account's
 */
export async function createTrigger(
  { config, database, actor }: Context,
  { projectId, ...input }: TriggerInput & { projectId: string },
  opId = newId("operation"),
): Promise<NewTrigger> {
  const id = newId("trigger");
  const row = {
    id,
    ownerId: actor.ownerId,
    projectId,
    kind: input.kind,
    prompt: input.prompt,
    agent: input.agent ?? null,
    events: [...new Set(input.events)],
    sealedSecret: await seal(config, newSecret(), id),
    enabled: true,
    disabledReason: null,
  };
  const statements = [insertTrigger(database, row, opId)];
  const { result } = await commit(database, { opId, kind: "trigger.created", statements });
  const [stored] = await read(selectTrigger(database, actor.ownerId, memberOf(result, "triggerId")));
  if (!stored) throw new AppError("not_found", "There is no such project.");
  return { ...shownTrigger(config, stored), secret: await openSealed(config, stored.sealedSecret, stored.id) };
}
