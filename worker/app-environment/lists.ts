import type { Context } from "../accounts/index.ts";
import type { Grant, Page, Secret, Variable } from "../contract/index.ts";
import { executeIdempotent, type PageRequest, pageFrom } from "../database/index.ts";
import { getProject } from "../projects/index.ts";
import { toGrant } from "./grants.ts";
import { selectGrants, selectSecrets, selectVariables } from "./store.ts";

type Input = { projectId: string; page: PageRequest };

/** Returns the sort key of a variable or a secret in its list. */
export const environmentSortKey = ({ name, target }: { name: string; target: string }): string => `${name}.${target}`;

/**
 * Lists an app's variables by name.
 * @throws AppError `not_found`
 */
export async function listVariables(context: Context, { projectId, page }: Input): Promise<Page<Variable>> {
  const { key, range } = await ownRange(context, projectId, page);
  const rows = await executeIdempotent(selectVariables(context.database, key, range));
  const variables = rows.map(({ name, value, target, updatedAt }) => ({
    name,
    value,
    target,
    updatedAt: updatedAt.toISOString(),
  }));
  return pageFrom(variables, page, environmentSortKey);
}

/**
 * Lists an app's secrets by name, without their values.
 * @throws AppError `not_found`
 */
export async function listSecrets(context: Context, { projectId, page }: Input): Promise<Page<Secret>> {
  const { key, range } = await ownRange(context, projectId, page);
  const rows = await executeIdempotent(selectSecrets(context.database, key, range));
  return pageFrom(
    rows.map((row) => ({ ...row, updatedAt: row.updatedAt.toISOString() })),
    page,
    environmentSortKey,
  );
}

/**
 * Lists an app's grants, newest first.
 * @throws AppError `not_found`
 */
export async function listGrants(context: Context, { projectId, page }: Input): Promise<Page<Grant>> {
  const { key, range } = await ownRange(context, projectId, page);
  const rows = await executeIdempotent(selectGrants(context.database, key, range));
  return pageFrom(rows.map(toGrant), page, ({ id }) => id);
}

/** Requires the caller's project, so that a missing project does not look like an empty list. */
async function ownRange(context: Context, projectId: string, { after, limit }: PageRequest) {
  await getProject(context, projectId);
  return { key: { ownerId: context.actor.ownerId, projectId }, range: { after, limit: limit + 1 } };
}
