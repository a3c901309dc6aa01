import { parseEnv } from "node:util";
import {
  looksSecret,
  mayBeCredential,
  type ProposedVariable,
  publicPrefixOf,
  toVariableName,
} from "../../contract/index.ts";

/** Files with a project's settings for one machine, including keys. */
const environmentFile = /(^|\/)\.(env|dev\.vars)(\.[\w-]+)*$/;
/** Environment files that are meant to be shared. */
const sharedFile = /\.(example|sample|template|dist|defaults)$/;

/** Whether a file may contain keys, so that an import does not store it unchanged. */
export const isEnvironmentFile = (path: string): boolean => environmentFile.test(path) && !sharedFile.test(path);

/**
 * The result for an environment file: the text that is stored in its place, null for none, and the variables and secrets
 * that the owner may set in the app's settings. `isChanged`: whether the text differs from the file.
 */
export type SplitFile = { text: string | null; isChanged: boolean; proposed: ProposedVariable[] };

/**
 * Splits an environment file: keeps variables that every visitor may read, since pages are built with them, and proposes
 * all others. Drops the comments of a changed file, since they may contain keys too.
 * @param ownPrefixes the project's own prefixes of public names (`envPrefix` of vite.config)
 */
export function splitEnvironmentFile(path: string, content: string, ownPrefixes: readonly string[] = []): SplitFile {
  const prefixOf = (name: string): string | null =>
    publicPrefixOf(name) ?? ownPrefixes.find((prefix) => name.startsWith(prefix)) ?? null;
  const entries = Object.entries(parseEnv(content)).map(([name, value = ""]): [string, string] => [name, value]);
  const kept = new Map(entries.filter(([name, value]) => prefixOf(name) !== null && !looksSecret(name, value)));
  keepReferred(kept, new Map(entries));
  const proposed = entries.flatMap(([name, value]) =>
    kept.has(name) ? [] : [proposalOf(path, name, value, prefixOf(name))],
  );
  if (proposed.length === 0 && kept.size > 0) return { text: content, isChanged: false, proposed };
  const lines = [...kept].map(([name, value]) => `${name}=${quoted(value)}\n`);
  return { text: lines.length === 0 ? null : NOTE + lines.join(""), isChanged: true, proposed };
}

const NOTE = "# The other variables of this file belong in the app's settings.\n";

/** Keeps the variables that a kept value refers to by `$NAME`, unless they may be credentials. */
function keepReferred(kept: Map<string, string>, all: ReadonlyMap<string, string>): void {
  // A map's iteration reaches entries that are added during it.
  for (const [, value] of kept) {
    for (const [, name = ""] of value.matchAll(/\$\{?(\w+)/g)) {
      const referred = all.get(name);
      if (referred !== undefined && !mayBeCredential(name, referred)) kept.set(name, referred);
    }
  }
}

const ENV_PREFIX = /\benvPrefix\s*:\s*(\[[^\]]*\]|"[^"]*"|'[^']*')/g;

/**
 * Reads `envPrefix` of a vite.config, without evaluating it: an import decides which values it stores before a build runs.
 * @returns literal prefixes that end with an underscore; any other prefix could match every name
 */
export function envPrefixesIn(config: string): string[] {
  const lists = [...config.matchAll(ENV_PREFIX)].map(([, list = ""]) => list);
  return lists.flatMap((list) =>
    [...list.matchAll(/["']([A-Za-z][A-Za-z0-9]*_(?:\w*_)?)["']/g)].map(([, one = ""]) => one),
  );
}

function proposalOf(path: string, name: string, value: string, prefix: string | null): ProposedVariable {
  if (prefix !== null) {
    const reason = `${name} looks like a secret, and every visitor of the app can read variables that begin with ${prefix}. Set it as a secret with another name.`;
    return { name, path, kind: "refused", reason };
  }
  const proposed = { name: toVariableName(name), path };
  return mayBeCredential(name, value) ? { ...proposed, kind: "secret" } : { ...proposed, kind: "variable", value };
}

/** Quotes a value as `parseEnv` reads it back. */
function quoted(value: string): string {
  if (/^[\w./:@$-]*$/.test(value)) return value;
  const quote = ["'", '"', "`"].find((mark) => !value.includes(mark));
  return quote === undefined ? value : quote + value + quote;
}
