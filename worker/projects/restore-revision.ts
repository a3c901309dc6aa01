import { authorOf, type Context, planOfActor } from "../accounts/index.ts";
import { newId } from "../contract/index.ts";
import { commit } from "../database/index.ts";
import { AppError } from "../errors.ts";
import { newEventId } from "../webhooks/index.ts";
import { type Revised, revisedFrom } from "./apply-batch.ts";
import { treeLimits } from "./file-limit.ts";
import { restoreStatement } from "./store.ts";

/**
 * Restores the tree of a revision as a new revision, so that a restore can be undone. Copies no content.
 * @throws AppError `not_found`
 */
export async function restoreRevision(
  { database, actor }: Context,
  { projectId, number }: { projectId: string; number: string },
  opId = newId("operation"),
): Promise<Revised> {
  if (!/^\d{1,9}$/.test(number)) throw new AppError("not_found", "Revision not found.");
  const plan = planOfActor(actor);
  const meta = {
    opId,
    eventId: newEventId(),
    projectId,
    ownerId: actor.ownerId,
    author: authorOf(actor),
    message: `Restore version ${number}`,
    number: Number(number),
    ...treeLimits(plan),
    maxStoredBytes: plan.storedBytes,
  };
  const { result } = await commit(database, {
    opId,
    kind: "restore",
    statements: [restoreStatement(database, meta)],
  });
  return revisedFrom(result);
}
