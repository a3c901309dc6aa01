import type { Context } from "../accounts/index.ts";
import { newId, type Recovery } from "../contract/index.ts";
import { commit } from "../database/index.ts";
import { AppError } from "../errors.ts";
import { noSuchWebhook } from "./get-webhook.ts";
import { insertRecovery } from "./store.ts";

const batchSize = 1_000;

/**
 * Redelivers the events of a time span that a webhook missed: those whose deliveries failed, and those emitted while it
 * was disabled. Send a wake-up afterwards. When there are more events than one call handles, the next call continues.
 * @throws AppError `not_found`; `invalid_request` when the span ends before it begins
 */
export async function recoverWebhook(
  { database, actor }: Context,
  { id, ...span }: Recovery & { id: string },
  opId = newId("operation"),
): Promise<{ deliveries: number }> {
  const since = new Date(span.since);
  const until = span.until === undefined ? new Date() : new Date(span.until);
  if (until < since) {
    const detail = "until must not be before since.";
    throw new AppError("invalid_request", detail, { errors: [{ pointer: "/until", code: "invalid_range", detail }] });
  }
  const statements = [insertRecovery(database, { ownerId: actor.ownerId, id, since, until, most: batchSize, opId })];
  const { result } = await commit(database, { opId, kind: "webhook.recovered", statements });
  if (result === null) throw noSuchWebhook();
  return { deliveries: Number(Object(result).deliveries) };
}
