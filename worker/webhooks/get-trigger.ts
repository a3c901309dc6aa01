import type { Context } from "../accounts/index.ts";
import type { Trigger } from "../contract/index.ts";
import { executeIdempotent } from "../database/index.ts";
import { AppError } from "../errors.ts";
import { selectTrigger, type TriggerRow } from "./store.ts";
import { toTrigger } from "./to-api.ts";

/** Returns the error for a trigger that does not exist or is another account's. */
export const noSuchTrigger = () => new AppError("not_found", "Trigger not found.");

/**
 * Gets a trigger of the account.
 * @throws AppError `not_found`
 */
export const getTrigger = async (context: Context, id: string): Promise<Trigger> =>
  toTrigger(context.config, await ownTrigger(context, id));

/**
 * @returns the trigger's row, for use within this module
 * @throws AppError `not_found`
 */
export async function ownTrigger({ database, actor }: Context, id: string): Promise<TriggerRow> {
  const [row] = await executeIdempotent(selectTrigger(database, actor.ownerId, id));
  if (!row) throw noSuchTrigger();
  return row;
}
