/**
 * What a configuration's isolate does with Vite plugins that are objects: lists them in Vite's order, matches their filters, and
 * runs their `config` hooks. Plugins of packages that are stubs are not among them. It is CommonJS beside the stubs.
 */
export const pluginsModule = (shims: string): string => `
const { RECORD } = require("${shims}/recorder.cjs");
const { mergeConfig, matcherOf } = require("${shims}/vite.cjs");
const isPlugin = (value) => typeof value === "object" && value !== null && value[RECORD] === undefined;
const handlerOf = (hook) => (typeof hook === "function" ? hook : typeof hook?.handler === "function" ? hook.handler : null);

async function flat(list) {
  const value = await list;
  if (!Array.isArray(value)) return [value];
  return (await Promise.all(value.map(flat))).flat();
}

function applies({ apply }, config, env) {
  if (typeof apply === "function") return apply(config, env);
  return apply === undefined || apply === env.command;
}

const rank = { pre: 0, post: 2 };

/** The plugins that are objects and meant for the command, with those before Vite's own first. */
async function pluginsIn(config, env) {
  const all = (await flat(config.plugins ?? [])).filter(isPlugin).filter((plugin) => applies(plugin, config, env));
  return all.toSorted((one, other) => (rank[one.enforce] ?? 1) - (rank[other.enforce] ?? 1));
}

/** A hook of all plugins that have it, in the order in which they run. */
function hooksOf(plugins, name) {
  return plugins
    .flatMap((plugin) => {
      const hook = plugin[name];
      const handler = handlerOf(hook);
      if (handler === null) return [];
      const filter = typeof hook === "object" ? (hook.filter ?? {}) : {};
      const test = (part, inCode) => (part === undefined ? () => true : matcherOf(part, inCode));
      return [{ plugin, handler, order: hook.order, matchesId: test(filter.id, false), matchesCode: test(filter.code, true) }];
    })
    .toSorted((one, other) => (rank[one.order] ?? 1) - (rank[other.order] ?? 1));
}

const stop = (message) => {
  throw message instanceof Error ? message : new Error(String(message?.message ?? message));
};
const silent = { debug() {}, info() {}, warn() {}, error: stop, addWatchFile() {} };

/** Calls the "config" hooks. Returns the configuration merged with their results, and the plugin and reason of each failure. */
async function withConfigHooks(given, env) {
  // Only a list of plugins is unfolded: anything else may be the stub of a package.
  let config = Array.isArray(given.plugins) ? { ...given, plugins: await flat(given.plugins) } : given;
  const failed = [];
  for (const { plugin, handler } of hooksOf(await pluginsIn(config, env), "config")) {
    try {
      const partial = await handler.call({ ...silent, meta: { rollupVersion: "4.0.0", viteVersion: "7.0.0" } }, config, env);
      if (typeof partial === "object" && partial !== null && partial !== config) config = mergeConfig(config, partial);
    } catch (error) {
      failed.push({ name: String(plugin.name), message: error instanceof Error ? error.message : String(error) });
    }
  }
  return { config, failed };
}

module.exports = { pluginsIn, hooksOf, withConfigHooks, silent };
`;
