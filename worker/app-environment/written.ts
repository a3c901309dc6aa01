import { z } from "zod";
import type { Context } from "../accounts/index.ts";
import { isVariableName } from "../contract/index.ts";
import { executeIdempotent } from "../database/index.ts";
import { AppError } from "../errors.ts";
import { getProject } from "../projects/index.ts";
import { type Place, selectSecrets, selectVariables } from "./store.ts";

/** The result that setting a value stores. */
export const written = z.object({
  name: z.string(),
  target: z.enum(["preview", "public", "both"]),
  version: z.int(),
  updatedAt: z.string(),
});

/**
 * Requires the name of a variable or a secret.
 * @throws AppError `invalid_request`
 */
export function requireName(name: string): void {
  if (isVariableName(name)) return;
  const detail = "A name has at most 64 capital letters, digits and underscores, and begins with a letter.";
  throw new AppError("invalid_request", detail, { errors: [{ pointer: "/name", code: "invalid_name", detail }] });
}

type Refusal = { isTaken: (context: Context, place: Place) => Promise<boolean>; taken: string; full: string };

/**
 * Finds out why a value was not set.
 * @throws AppError `not_found`, `conflict` for a name that is taken, else `limit_reached`
 */
export async function refuseValue(context: Context, place: Place, { isTaken, taken, full }: Refusal): Promise<never> {
  await getProject(context, place.projectId);
  if (await isTaken(context, place)) throw new AppError("conflict", taken);
  throw new AppError("limit_reached", full);
}

/** The list's place right before the first row of a name. */
const before = (name: string): string => `${name}.`;

/** Whether a project has a secret of this name for this target. */
export async function hasSecret({ database }: Context, place: Place): Promise<boolean> {
  const [found] = await executeIdempotent(selectSecrets(database, place, { after: before(place.name), limit: 1 }));
  return found?.name === place.name;
}

/** Whether a project has a variable of this name for this target. */
export async function hasVariable({ database }: Context, place: Place): Promise<boolean> {
  const [found] = await executeIdempotent(selectVariables(database, place, { after: before(place.name), limit: 1 }));
  return found?.name === place.name;
}
