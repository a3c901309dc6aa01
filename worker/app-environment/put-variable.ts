import type { Context } from "../accounts/index.ts";
import { maxVariables, newId, type Variable, type VariableInput } from "../contract/index.ts";
import { commit } from "../database/index.ts";
import { lockOwnProject, upsertVariable } from "./store.ts";
import { hasSecret, refuseValue, requireName, written } from "./written.ts";

type Input = VariableInput & { projectId: string; name: string };

/**
 * Sets a variable of an app.
 * @returns the variable, also for a repeated operation
 * @throws AppError `invalid_request`, `not_found`, `conflict` for a secret's name, `limit_reached`
 */
export async function putVariable(
  context: Context,
  { projectId, name, value, target }: Input,
  opId = newId("operation"),
): Promise<Variable> {
  requireName(name);
  const { database, actor } = context;
  const place = { ownerId: actor.ownerId, projectId, name, target };
  const statements = [lockOwnProject(database, place), upsertVariable(database, place, value, opId)];
  const { result } = await commit(database, { opId, kind: "variable.put", statements });
  if (result === null) {
    return refuseValue(context, place, {
      isTaken: hasSecret,
      taken: `${name} is a secret of this project. Delete it first, or choose another name.`,
      full: `A project can have at most ${maxVariables} variables.`,
    });
  }
  const { updatedAt } = written.parse(result);
  return { name, value, target, updatedAt };
}
