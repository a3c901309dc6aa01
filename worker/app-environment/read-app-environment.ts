import type { Config } from "../config/index.ts";
import { type AppEnvironment, namesIn, parseGrantHost } from "../contract/index.ts";
import { decrypt } from "../crypto/index.ts";
import { type Database, executeIdempotentBatch } from "../database/index.ts";
import { aboutSecret } from "./about-secret.ts";
import { hostRules } from "./host-rules.ts";
import { selectGrantsOf, selectSecretsOf, selectVariablesOf } from "./read-store.ts";

type Dependencies = { config: Config; database: Database };

/**
 * Reads the environment of one of a project's two apps, for the preview Worker to enforce. Omits grants whose host has become
 * invalid, and decrypts only the secrets that the remaining grants name.
 * @throws AppError `misconfigured` when a secret cannot be decrypted
 */
export async function readAppEnvironment(
  { config, database }: Dependencies,
  projectId: string,
  target: "preview" | "public",
): Promise<AppEnvironment> {
  const which = { projectId, target };
  const [variables, secrets, rows] = await executeIdempotentBatch(database, [
    selectVariablesOf(database, which),
    selectSecretsOf(database, which),
    selectGrantsOf(database, which),
  ] as const);
  const rules = hostRules(config);
  const grants = rows.filter(({ host }) => "host" in parseGrantHost(host, rules));
  const named = new Set(
    grants.flatMap(({ header, query }) => [header, query].flatMap((part) => (part ? namesIn(part.template) : []))),
  );
  const used = secrets.filter(({ name }) => named.has(name));
  const opened = used.map(
    async (secret): Promise<[string, string]> => [
      secret.name,
      await decrypt(config, secret.sealed, aboutSecret({ projectId, ...secret }), projectId),
    ],
  );
  return {
    variables: Object.fromEntries(variables.map(({ name, value }) => [name, value])),
    secrets: Object.fromEntries(await Promise.all(opened)),
    grants: grants.map(({ host, methods, pathPrefix, header, query }) => ({
      host,
      methods,
      pathPrefix,
      header,
      query,
    })),
  };
}
