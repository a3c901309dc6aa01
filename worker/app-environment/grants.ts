import { z } from "zod";
import type { Context } from "../accounts/index.ts";
import {
  type Grant,
  type GrantHostRules,
  type GrantInput,
  maxGrants,
  newId,
  parseGrantHost,
} from "../contract/index.ts";
import { commit, executeIdempotent } from "../database/index.ts";
import { AppError } from "../errors.ts";
import { getProject } from "../projects/index.ts";
import { outboxOfOperation } from "../webhooks/index.ts";
import { hostRules } from "./host-rules.ts";
import { deleteGrantRow, type GrantRow, insertGrant, lockOwnProject, selectGrant } from "./store.ts";

const inserted = z.object({ grantId: z.string() });

/**
 * Creates a grant, which allows an app's server to call a host.
 * @returns the grant, also for a repeated operation
 * @throws AppError `invalid_host`, `not_found`, `limit_reached`
 */
export async function createGrant(
  context: Context,
  projectId: string,
  input: GrantInput,
  opId = newId("operation"),
): Promise<Grant> {
  const { config, database, actor } = context;
  const key = { ownerId: actor.ownerId, projectId };
  const row = {
    id: newId("grant"),
    projectId,
    host: requireHost(input.host, hostRules(config)),
    methods: input.methods === undefined ? null : [...new Set(input.methods)],
    pathPrefix: input.pathPrefix ?? null,
    header: input.header ?? null,
    query: input.query ?? null,
    target: input.target,
  };
  const { result } = await commit(database, {
    opId,
    kind: "grant.created",
    statements: [
      lockOwnProject(database, key),
      insertGrant(database, key, row, opId),
      outboxOfOperation(database, { opId, ...key, type: "grant.created" }),
    ],
  });
  if (result === null) {
    await getProject(context, projectId);
    throw new AppError("limit_reached", `A project can have at most ${maxGrants} grants.`);
  }
  const [stored] = await executeIdempotent(selectGrant(database, key, inserted.parse(result).grantId));
  if (stored === undefined) throw new AppError("not_found", "Grant not found.");
  return toGrant(stored);
}

function requireHost(text: string, rules: GrantHostRules): string {
  const parsed = parseGrantHost(text, rules);
  if ("host" in parsed) return parsed.host;
  const detail = `The host ${parsed.fault}.`;
  throw new AppError("invalid_host", detail, { errors: [{ pointer: "/host", code: "invalid_host", detail }] });
}

/**
 * Deletes a grant.
 * @throws AppError `not_found`
 */
export async function deleteGrant(
  { database, actor }: Context,
  { projectId, grantId }: { projectId: string; grantId: string },
  opId = newId("operation"),
): Promise<void> {
  const key = { ownerId: actor.ownerId, projectId };
  const statements = [
    deleteGrantRow(database, key, grantId, opId),
    outboxOfOperation(database, { opId, ...key, type: "grant.deleted" }),
  ];
  const { result } = await commit(database, { opId, kind: "grant.deleted", statements });
  if (result === null) throw new AppError("not_found", "Grant not found.");
}

/** @returns the API's representation of a grant */
export const toGrant = ({ id, host, methods, pathPrefix, header, query, target, createdAt }: GrantRow): Grant => ({
  id,
  host,
  ...(methods !== null && { methods }),
  ...(pathPrefix !== null && { pathPrefix }),
  ...(header !== null && { header }),
  ...(query !== null && { query }),
  target,
  createdAt: createdAt.toISOString(),
});
