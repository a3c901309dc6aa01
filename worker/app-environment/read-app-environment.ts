import type { Config } from "../config/index.ts";
import { type AppEnvironment, namesIn, parseGrantHost, providerSecrets } from "../contract/index.ts";
import { type Database, executeIdempotentBatch } from "../database/index.ts";
import { hostRules } from "./host-rules.ts";
import { openSecrets } from "./open-secrets.ts";
import { selectGrantsOf, selectSecretsOf, selectVariablesOf } from "./read-store.ts";
import { providerNames, toSignInProvider } from "./sign-in-providers.ts";

type Dependencies = { config: Config; database: Database };

/**
 * Reads the environment of one of a project's two apps, for the preview Worker to enforce. Omits grants whose host has become
 * invalid, and decrypts only the secrets that the remaining grants name, and the client ids of providers.
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
  const providers = providerNames.filter((provider) =>
    Object.values(providerSecrets[provider]).every((wanted) => secrets.some(({ name }) => name === wanted)),
  );
  const clientIds = new Set(providers.map((provider): string => providerSecrets[provider].clientId));
  const [values, clients] = await Promise.all([
    openSecrets(config, projectId, secrets, named),
    openSecrets(config, projectId, secrets, clientIds),
  ]);
  return {
    variables: Object.fromEntries(variables.map(({ name, value }) => [name, value])),
    secrets: values,
    grants: grants.map(({ host, methods, pathPrefix, header, query }) => ({
      host,
      methods,
      pathPrefix,
      header,
      query,
    })),
    signIn: providers.map((provider) =>
      toSignInProvider(config, provider, clients[providerSecrets[provider].clientId] ?? ""),
    ),
  };
}
