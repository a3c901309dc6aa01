import { appSecret, appVariable } from "../../drizzle/schema/index.ts";
import type { Context } from "../accounts/index.ts";
import { type EnvironmentTarget, newId } from "../contract/index.ts";
import { commit } from "../database/index.ts";
import { AppError } from "../errors.ts";
import { getProject } from "../projects/index.ts";
import { outboxOfOperation } from "../webhooks/index.ts";
import { deleteNamed } from "./store.ts";

type Input = { projectId: string; name: string; target?: EnvironmentTarget | undefined };

/**
 * Deletes a variable: all its values, or that of one target.
 * @throws AppError `not_found`
 */
export async function deleteVariable(context: Context, input: Input, opId = newId("operation")): Promise<void> {
  const { database, actor } = context;
  const statements = [deleteNamed(database, appVariable, { ...keyed(actor.ownerId, input) }, opId)];
  const { result } = await commit(database, { opId, kind: "variable.deleted", statements });
  if (result === null) await refuse(context, input.projectId, "Variable not found.");
}

/**
 * Deletes a secret: all its values, or that of one target. Later requests through a grant that names it are refused.
 * @throws AppError `not_found`
 */
export async function deleteSecret(context: Context, input: Input, opId = newId("operation")): Promise<void> {
  const { database, actor } = context;
  const { ownerId } = actor;
  const statements = [
    deleteNamed(database, appSecret, keyed(ownerId, input), opId),
    outboxOfOperation(database, { opId, ownerId, projectId: input.projectId, type: "secret.deleted" }),
  ];
  const { result } = await commit(database, { opId, kind: "secret.deleted", statements });
  if (result === null) await refuse(context, input.projectId, "Secret not found.");
}

const keyed = (ownerId: string, { projectId, name, target }: Input) => ({ ownerId, projectId, name, target });

async function refuse(context: Context, projectId: string, detail: string): Promise<never> {
  await getProject(context, projectId);
  throw new AppError("not_found", detail);
}
