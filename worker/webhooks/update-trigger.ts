import type { Context } from "../accounts/index.ts";
import type { Trigger, TriggerUpdate } from "../contract/index.ts";
import { executeIdempotent } from "../database/index.ts";
import { noSuchTrigger } from "./get-trigger.ts";
import { updateTriggerRow } from "./store.ts";
import { toTrigger } from "./to-api.ts";

/**
 * Updates a trigger. Enabling it clears the reason why it was disabled.
 * @throws AppError `not_found`
 */
export async function updateTrigger(
  { config, database, actor }: Context,
  { id, ...input }: TriggerUpdate & { id: string },
): Promise<Trigger> {
  const change = {
    ...(input.prompt !== undefined && { prompt: input.prompt }),
    ...(input.agent !== undefined && { agent: input.agent }),
    ...(input.events && { events: [...new Set(input.events)] }),
    ...(input.enabled !== undefined && { enabled: input.enabled, disabledReason: null }),
  };
  // An update without changes returns the current row.
  const [row] = await executeIdempotent(updateTriggerRow(database, actor.ownerId, id, change));
  if (!row) throw noSuchTrigger();
  return toTrigger(config, row);
}
