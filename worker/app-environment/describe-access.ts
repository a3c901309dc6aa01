import type { Context } from "../accounts/index.ts";
import { type AccessRequest, type Grant, parseGrantHost } from "../contract/index.ts";
import { executeIdempotentBatch } from "../database/index.ts";
import { toGrant } from "./grants.ts";
import { hostRules } from "./host-rules.ts";
import { selectGrants, selectSecrets, selectVariables } from "./store.ts";

type NameAndTarget = { name: string; target: string };

/** An app's environment as agents see it: names and grants without values. */
export type AppAccess = { variables: NameAndTarget[]; secrets: NameAndTarget[]; grants: Grant[] };

/** More than a project can have of each. */
const everyRow = { after: null, limit: 500 };

type Which = Pick<Context, "database"> & { ownerId: string; projectId: string };

/** Reads the names of an app's variables and secrets, and its grants; empty for a project of another account. */
export async function describeAccess({ database, ownerId, projectId }: Which): Promise<AppAccess> {
  const key = { ownerId, projectId };
  const [variables, secrets, grants] = await executeIdempotentBatch(database, [
    selectVariables(database, key, everyRow),
    selectSecrets(database, key, everyRow),
    selectGrants(database, key, everyRow),
  ] as const);
  const named = ({ name, target }: NameAndTarget) => ({ name, target });
  return { variables: variables.map(named), secrets: secrets.map(named), grants: grants.map(toGrant) };
}

/** Describes to an agent the state of its request for access, after a person has answered. */
export async function describeRequested(which: Which, { host, secret }: AccessRequest): Promise<string> {
  const { grants, secrets } = await describeAccess(which);
  const grant = grants.find((one) => one.host === host);
  if (grant === undefined) return `${host} is not granted.`;
  if (secret === undefined) return `${host} is granted for: ${grant.target}.`;
  const isAttached = [grant.header, grant.query].some((part) => part?.template.includes(`{{${secret}}}`));
  const hasValue = secrets.some(({ name }) => name === secret);
  return [
    `${host} is granted for: ${grant.target}.`,
    isAttached ? `Each request to it carries ${secret}.` : `The grant does not attach ${secret}.`,
    hasValue ? `${secret} has a value.` : `${secret} has no value yet.`,
  ].join(" ");
}

/** @returns the host that an agent requests, normalized as in a grant, or the reason why no grant can name it */
export const checkRequestedHost = ({ config }: Pick<Context, "config">, host: string) =>
  parseGrantHost(host, hostRules(config));
