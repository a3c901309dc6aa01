import { type ParseError, parse, printParseErrorCode } from "jsonc-parser";
import { parse as parseToml, TomlError } from "smol-toml";
import { normalize } from "./paths.ts";
import { readText, type SourceFiles } from "./source-files.ts";

/** What a project's wrangler configuration says that a build or a running app honours. */
export type WranglerConfig = {
  /** Path of the server's module in the project, or null. */
  main: string | null;
  /** Variables by name: texts, and whatever else JSON has. */
  vars: Record<string, unknown>;
  assets: {
    /** Under which name the server finds the app's static files, or null. */
    binding: string | null;
    /** Which addresses the server answers before the static files do: all of them, or those of patterns. */
    workerFirst: true | string[];
    /** Whether an address that nothing answers is answered with the app's `404.html`. */
    has404Page: boolean;
    /** Folder of the project whose files are served, or null where it names none. */
    directory: string | null;
  };
  /** Bindings that a running app has not, by name, with what they are. */
  absent: { name: string; kind: string }[];
  /** The command that is to build what the configuration names, or null. */
  command: string | null;
  /** The file that was read, and why it could not be. */
  path: string | null;
  problem: string | null;
};

/** Where a configuration lists bindings, under which key each has its name, and what they are called. */
const BINDINGS: [list: string[], key: string, kind: string][] = [
  [["kv_namespaces"], "binding", "a KV namespace"],
  [["d1_databases"], "binding", "a D1 database"],
  [["r2_buckets"], "binding", "an R2 bucket"],
  [["durable_objects", "bindings"], "name", "a Durable Object namespace"],
  [["queues", "producers"], "binding", "a queue"],
  [["services"], "binding", "a service"],
  [["vectorize"], "binding", "a Vectorize index"],
  [["hyperdrive"], "binding", "a Hyperdrive connection"],
  [["workflows"], "binding", "a workflow"],
];

const NAMES = ["wrangler.jsonc", "wrangler.json", "wrangler.toml"];

/** Reads wrangler.jsonc, wrangler.json or wrangler.toml of an app. One that cannot be read counts as empty, and says why. */
export function readWrangler(files: SourceFiles): WranglerConfig {
  const path = NAMES.find((name) => files.has(name));
  const { value, problem } = path === undefined ? EMPTY : parseConfig(path, readText(files, path) ?? "");
  const config = recordOf(value);
  const { main, vars } = config;
  const assets = recordOf(config.assets);
  const { binding, run_worker_first: first } = assets;
  return {
    main: typeof main === "string" ? normalize(main) : null,
    vars: recordOf(vars),
    assets: {
      binding: typeof binding === "string" ? binding : null,
      workerFirst: first === true ? true : Array.isArray(first) ? first.filter((one) => typeof one === "string") : [],
      has404Page: assets.not_found_handling === "404-page",
      directory: typeof assets.directory === "string" ? normalize(assets.directory) : null,
    },
    absent: BINDINGS.flatMap(([list, key, kind]) => namesIn(config, list, key).map((name) => ({ name, kind }))),
    command: commandOf(recordOf(config.build).command),
    path: path ?? null,
    problem,
  };
}

const commandOf = (command: unknown): string | null =>
  typeof command === "string" && command.trim() !== "" ? command : null;

function namesIn(config: Record<string, unknown>, path: string[], key: string): string[] {
  const list = path.reduce<unknown>((value, part) => recordOf(value)[part], config);
  const names = (Array.isArray(list) ? list : []).map((one) => recordOf(one)[key]);
  return names.filter((name) => typeof name === "string");
}

type Parsed = { value: unknown; problem: string | null };
const EMPTY: Parsed = { value: {}, problem: null };

function parseConfig(path: string, text: string): Parsed {
  if (!path.endsWith(".toml")) {
    const errors: ParseError[] = [];
    const value: unknown = parse(text, errors, { allowTrailingComma: true });
    const [first] = errors;
    return { value, problem: first === undefined ? null : printParseErrorCode(first.error) };
  }
  try {
    return { value: parseToml(text), problem: null };
  } catch (failure) {
    if (!(failure instanceof TomlError)) throw failure;
    return { value: {}, problem: failure.message.split("\n")[0] ?? "not TOML" };
  }
}

const recordOf = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
