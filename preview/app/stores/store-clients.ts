import type { BoundStores } from "../../project/wrangler-stores.ts";
import { D1_CLIENT } from "./d1-client.ts";
import { KV_CLIENT } from "./kv-client.ts";
import { STORE_CALL } from "./store-call.ts";
import type { StoreAddress } from "./store-gateway.ts";

/** Name of the module that adds an app's databases to its `env`. */
export const STORES_MODULE = "stores.js";

/**
 * Builds the modules for an app's D1 databases and KV namespaces. STORES_MODULE replaces each gateway in `env` before
 * the app's own modules run, so that handlers, classes and `import { env } from "cloudflare:workers"` see the same
 * bindings.
 */
export function storeModules({ databases, namespaces }: BoundStores): Record<string, { js: string }> {
  const bindings = (stores: { binding: string }[]) => JSON.stringify(stores.map(({ binding }) => binding));
  const js = `import { env } from "cloudflare:workers";
import { d1Binding } from "./d1-client.js";
import { kvBinding } from "./kv-client.js";
for (const binding of ${bindings(databases)}) env[binding] = d1Binding(env[binding]);
for (const binding of ${bindings(namespaces)}) env[binding] = kvBinding(env[binding]);
`;
  return {
    [STORES_MODULE]: { js },
    "d1-client.js": { js: D1_CLIENT },
    "kv-client.js": { js: KV_CLIENT },
    "store-call.js": { js: STORE_CALL },
  };
}

/** Returns the gateways of an app's databases and namespaces by binding, as STORES_MODULE expects them in `env`. */
export function storeGateways(
  { databases, namespaces }: BoundStores,
  gatewayTo: (store: StoreAddress) => Fetcher,
): Record<string, Fetcher> {
  return Object.fromEntries([
    ...databases.map(({ binding, name }) => [binding, gatewayTo({ kind: "d1", name })]),
    ...namespaces.map(({ binding, name }) => [binding, gatewayTo({ kind: "kv", name })]),
  ]);
}
