import type { Context } from "../accounts/index.ts";
import { newId, type Recovery } from "../contract/index.ts";
import { commit } from "../database/index.ts";
import { AppError } from "../errors.ts";
import { noSuchWebhook } from "./get-webhook.ts";
import { insertRecovery } from "./store.ts";

const batchSize = 1_000;

/**
 * Sends a webhook every event of a time that it wants and has not got: those whose deliveries failed, and those of which it was
 * not told while it was disabled. Send a wake-up after it. Where there are more than a call takes, the next one goes on.
 * @throws AppError `not_found`; `invalid_request` where the time ends before it begins
 */
export async function recoverWebhook(
  { database, actor }: Context,
  { id, ...asked }: Recovery & { id: string },
  opId = newId("operation"),
): Promise<{ deliveries: number }> {
  const since = new Date(asked.since);
  const until = asked.until === undefined ? new Date() : new Date(asked.until);
  if (until < since) {
    const detail = "until is before since.";
    throw new AppError("invalid_request", detail, { errors: [{ pointer: "/until", code: "invalid_range", detail }] });
  }
  const statements = [insertRecovery(database, { ownerId: actor.ownerId, id, since, until, most: batchSize, opId })];
  const { result } = await commit(database, { opId, kind: "webhook.recovered", statements });
  if (result === null) throw noSuchWebhook();
  return { deliveries: Number(Object(result).deliveries) };
}
