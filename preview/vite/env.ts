import { parseEnv } from "node:util";
import type { Diagnostic } from "../../worker/contract/preview-rpc.ts";
import { looksSecret } from "../../worker/contract/secret-like.ts";
import { placeAt } from "../project/place-of.ts";
import { readText, type SourceFiles } from "../project/source-files.ts";
import { expandVariables } from "./expand-variables.ts";
import { readsIn } from "./variable-reads.ts";

/** The mode of a build: previews are built in development, published apps in production. */
export type Mode = "development" | "production";

/** The variables that a page may read, and the warnings about their files. */
export type Env = { values: Record<string, string>; warnings: Diagnostic[] };

export type EnvOptions = {
  /** The folder of the `.env` files relative to the project, `""` for its root, null for none (Vite's `envDir`). */
  root: string | null;
  mode: Mode;
  /** Name prefixes of visible variables (Vite's `envPrefix`). */
  prefixes?: readonly string[];
};

export const DEFAULT_ENV_PREFIXES = ["VITE_"] as const;

/**
 * Reads `.env`, `.env.local`, `.env.[mode]` and `.env.[mode].local`, later files over earlier ones, with Vite's
 * syntax: that of Node's `parseEnv` and of dotenv-expand. Variables without a client prefix are expanded into others,
 * but not returned.
 *
 * @returns the visible variables, and a warning for each that resembles a secret; a warning never contains a value
 */
export function readEnv(files: SourceFiles, { root, mode, prefixes = DEFAULT_ENV_PREFIXES }: EnvOptions): Env {
  if (root === null) return { values: {}, warnings: [] };
  const { parsed, origins } = readFiles(files, root, mode);
  const { values: expanded, endless } = expandVariables(parsed);
  const usable = prefixes.filter((prefix) => prefix !== "");
  const values = Object.fromEntries(
    Object.entries(expanded).filter(([name]) => usable.some((prefix) => name.startsWith(prefix))),
  );
  const warn = (name: string, message: string) => warningAt(files, origins.get(name) ?? ".env", name, message);
  const secrets = Object.keys(values).filter((name) => looksSecret(name, values[name] ?? ""));
  return {
    values,
    warnings: [
      ...endless.map((name) => warn(name, `The value of ${name} refers to itself and was left as it is written.`)),
      ...secrets.map((name) =>
        warn(
          name,
          `${name} looks like a secret, and every visitor of the app can read variables with this prefix. Rename it without the prefix, and use it on a server only.`,
        ),
      ),
    ],
  };
}

/** Names whose empty text a library refuses as it does undefined; an empty address is the app's own. */
const NEEDED = /SUPABASE|FIREBASE|(_KEY|_TOKEN|_DSN|_ID)$/;
/** More names are counted: an app with Firebase and another service reads nine or ten. */
const MAX_LISTED = 12;
const READER = /\.([cm]?[jt]sx?|vue|svelte)$/;
/** Folders of servers are outside of `src/`, where those of the same names have the clients of servers. */
const NOT_OF_THE_APP =
  /(^|\/)(node_modules|dist|build|tests?|__tests__|e2e)\/|^(?:(?!src\/)[^/]+\/)*(supabase|server|api)\/|^(.*\/)?src\/server\/|\.(test|spec|d)\.|^[^/]+\.config\./;

/** Whether a file is code that may be in a page, and not a configuration, a test or a server. */
export const isOfPages = (path: string): boolean => READER.test(path) && !NOT_OF_THE_APP.test(path);

/** Whether an empty text in a variable's place is as bad as nothing. */
export const isNeeded = (name: string): boolean => NEEDED.test(name);

/**
 * Warns of variables that the app's code reads without anything in their place and that no `.env` file sets: an app stays blank
 * that hands them to a library. A repository often leaves out the file that has them.
 */
export function unsetVariables(
  files: SourceFiles,
  values: Record<string, string>,
  prefixes: readonly string[] = DEFAULT_ENV_PREFIXES,
): Diagnostic[] {
  const places = new Map<string, { path: string; content: string; offset: number }>();
  for (const [path, content] of files) {
    if (typeof content !== "string" || !isOfPages(path)) continue;
    for (const { name, offset, hasEmptyText } of readsIn(content)) {
      if (hasEmptyText && !isNeeded(name)) continue;
      const isVisible = prefixes.some((prefix) => prefix !== "" && name.startsWith(prefix));
      if (isVisible && !Object.hasOwn(values, name) && !places.has(name)) places.set(name, { path, content, offset });
    }
  }
  const [first] = places;
  if (first === undefined) return [];
  const names = [...places.keys()].sort();
  const listed =
    names.slice(0, MAX_LISTED).join(", ") + (names.length > MAX_LISTED ? ` and ${names.length - MAX_LISTED} more` : "");
  const message = `No .env file sets ${listed}, so the app reads undefined there. Add a file .env with ${names.length === 1 ? "it" : "them"}.`;
  const { path, content, offset } = first[1];
  return [{ ...placeAt(path, content, offset), severity: "warning", message }];
}

/**
 * Reads all variables of a folder's `.env` files, secret ones included, only for the evaluation of vite.config (Vite's
 * `loadEnv`).
 */
export function readVariables(files: SourceFiles, root: string, mode: string): Record<string, string> {
  return expandVariables(readFiles(files, root, mode).parsed).values;
}

type ParsedFiles = { parsed: Record<string, string>; origins: Map<string, string> };

function readFiles(files: SourceFiles, root: string, mode: string): ParsedFiles {
  const folder = root === "" ? "" : `${root}/`;
  const parsed: Record<string, string> = {};
  const origins = new Map<string, string>();
  for (const name of [".env", ".env.local", `.env.${mode}`, `.env.${mode}.local`]) {
    const path = folder + name;
    for (const [variable, value] of parseFile(readText(files, path) ?? "")) {
      parsed[variable] = value;
      origins.set(variable, path);
    }
  }
  return { parsed, origins };
}

/** Node sorts a file's variables by name and workerd does not; the order matters when they refer to each other. */
function parseFile(text: string): [name: string, value: string][] {
  const entries = Object.entries(parseEnv(text)).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, value]],
  );
  return entries.sort(([one], [other]) => (one < other ? -1 : 1));
}

function warningAt(files: SourceFiles, path: string, name: string, message: string): Diagnostic {
  const lines = (readText(files, path) ?? "").split("\n");
  const line = lines.findIndex((text) => text.replace(/^\s*(export\s+)?/, "").startsWith(name)) + 1;
  return { path, line, column: line === 0 ? 0 : 1, severity: "warning", message };
}
