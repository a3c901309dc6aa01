import { type ParseError, parse, printParseErrorCode } from "jsonc-parser";
import { parse as parseToml, TomlError } from "smol-toml";
import { listIn, recordOf } from "./config-values.ts";
import { normalize } from "./paths.ts";
import { readText, type SourceFiles } from "./source-files.ts";
import { type BoundStores, storesIn } from "./wrangler-stores.ts";

/** The settings of a wrangler configuration that a build or a running app supports. */
export type WranglerConfig = {
  /** Path of the server's module in the project: the configuration's, or that of a command of package.json. Null without one. */
  main: string | null;
  /** Variables by name: strings or other JSON values. */
  vars: Record<string, unknown>;
  assets: {
    /** Under which name the server finds the app's static files, or null. */
    binding: string | null;
    /** The paths that the server handles before the static files: all, or those that match patterns. */
    workerFirst: true | string[];
    /** Whether the app's `404.html` is the response for an unknown address. */
    has404Page: boolean;
    /** Folder of the project with the served files; null without one. */
    directory: string | null;
  };
  /** Classes of Durable Objects of the server itself. */
  objects: BoundObjects[];
  /** Bindings to the server's own entry points. */
  services: OwnService[];
  /** Bindings of R2 buckets, each of which has files of its own. */
  buckets: string[];
  /** Cron expressions of `triggers.crons`, not yet checked. */
  crons: string[];
  /** D1 databases and KV namespaces. */
  stores: BoundStores;
  /** Unsupported bindings by name, with their descriptions. */
  absent: { name: string; kind: string }[];
  /** The queues whose messages the server would receive: there are none here. */
  consumed: string[];
  /** The build command; null without one. */
  command: string | null;
  /** Secrets that the server may expect, with the file that names each. */
  secrets: { name: string; path: string }[];
  /** The file that was read, and why it could not be. */
  path: string | null;
  problem: string | null;
};

/**
 * A namespace of Durable Objects: its binding and its class. `storedAs` is the class that owns the data: a class
 * renamed by migrations keeps its data.
 */
export type BoundObjects = { binding: string; className: string; storedAs: string };

/** A service binding that leads back to the app's own server: its name and the export that answers. */
export type OwnService = { binding: string; entryPoint: string };

/** The lists of bindings in a configuration, each with the key of its name and its description. */
const BINDINGS: [list: string[], key: string, kind: string][] = [
  [["queues", "producers"], "binding", "a queue"],
  [["vectorize"], "binding", "a Vectorize index"],
  [["hyperdrive"], "binding", "a Hyperdrive connection"],
  [["workflows"], "binding", "a workflow"],
  [["analytics_engine_datasets"], "binding", "an Analytics Engine dataset"],
  [["dispatch_namespaces"], "binding", "a dispatch namespace"],
  [["mtls_certificates"], "binding", "a client certificate"],
  [["pipelines"], "binding", "a pipeline"],
  [["ratelimits"], "name", "a rate limiter"],
  [["secrets_store_secrets"], "binding", "a secret of a Secrets Store"],
  [["send_email"], "name", "an email sender"],
  [["worker_loaders"], "binding", "a Worker loader"],
];

/** Bindings that are an object of their own. */
const SINGLE: [key: string, kind: string][] = [
  ["ai", "Workers AI"],
  ["browser", "a browser"],
  ["images", "Cloudflare Images"],
  ["media", "Media Transformations"],
  ["version_metadata", "the version's metadata"],
];

/** Keys whose bindings an app has. */
const SUPPORTED = ["assets", "d1_databases", "kv_namespaces", "r2_buckets", "services"];

const NAMES = ["wrangler.jsonc", "wrangler.json", "wrangler.toml"];

/** Reads wrangler.jsonc, wrangler.json or wrangler.toml of an app as it is written; empty without a valid one. */
export const readConfig = (files: SourceFiles): Record<string, unknown> => recordOf(parsedConfig(files).value);

/** Reads wrangler.jsonc, wrangler.json or wrangler.toml of an app. An invalid one counts as empty, with a warning. */
export function readWrangler(files: SourceFiles): WranglerConfig {
  const { path, value, problem } = parsedConfig(files);
  const config = recordOf(value);
  const { main, vars } = config;
  const assets = recordOf(config.assets);
  const { binding, run_worker_first: first } = assets;
  return {
    main: typeof main === "string" ? normalize(main) : mainOfCommands(files),
    vars: recordOf(vars),
    assets: {
      binding: typeof binding === "string" ? binding : null,
      workerFirst: first === true ? true : Array.isArray(first) ? first.filter((one) => typeof one === "string") : [],
      has404Page: assets.not_found_handling === "404-page",
      directory: typeof assets.directory === "string" ? normalize(assets.directory) : null,
    },
    objects: ownObjects(config),
    services: ownServices(config),
    buckets: namesIn(config, ["r2_buckets"], "binding"),
    crons: cronsIn(config),
    stores: storesIn(config, files),
    absent: absentIn(config),
    consumed: namesIn(config, ["queues", "consumers"], "queue"),
    secrets: secretsIn(config, files),
    command: commandOf(recordOf(config.build).command),
    path,
    problem,
  };
}

function parsedConfig(files: SourceFiles): Parsed & { path: string | null } {
  const path = NAMES.find((name) => files.has(name)) ?? null;
  return { path, ...(path === null ? EMPTY : parseConfig(path, readText(files, path) ?? "")) };
}

const COMMAND = /\bwrangler\s+(?:dev|deploy|publish)\b([^&|;]*)/g;

/** The module that the commands of package.json give to wrangler, which needs no `main` then; null where it is not in the project. */
function mainOfCommands(files: SourceFiles): string | null {
  const manifest: unknown = parse(readText(files, "package.json") ?? "{}");
  const commands = Object.values(recordOf(recordOf(manifest).scripts)).filter((one) => typeof one === "string");
  const words = commands
    .flatMap((one) => [...one.matchAll(COMMAND)])
    .flatMap(([, rest = ""]) => rest.trim().split(/\s+/));
  const paths = words.filter((word) => /^[^-].*\.[cm]?[jt]sx?$/.test(word)).map((word) => normalize(word));
  return paths.find((path) => files.has(path)) ?? null;
}

function cronsIn(config: Record<string, unknown>): string[] {
  const { crons } = recordOf(config.triggers);
  return Array.isArray(crons) ? crons.map(String) : [];
}

const commandOf = (command: unknown): string | null =>
  typeof command === "string" && command.trim() !== "" ? command : null;

/** An object of another Worker is named with its script. */
const isOwn = (bound: Record<string, unknown>, config: Record<string, unknown>): boolean =>
  bound.script_name === undefined || bound.script_name === config.name;

function ownObjects(config: Record<string, unknown>): BoundObjects[] {
  const renamed = listIn(config, ["migrations"]).flatMap((migration) => listIn(migration, ["renamed_classes"]));
  return listIn(config, ["durable_objects", "bindings"]).flatMap((bound) => {
    const { name, class_name: className } = bound;
    if (typeof name !== "string" || typeof className !== "string" || !isOwn(bound, config)) return [];
    const storedAs = renamed.reduceRight(
      (now, { from, to }) => (to === now && typeof from === "string" ? from : now),
      className,
    );
    return [{ binding: name, className, storedAs }];
  });
}

const isOwnService = (bound: Record<string, unknown>, config: Record<string, unknown>): boolean =>
  typeof bound.service === "string" && bound.service === config.name;

function ownServices(config: Record<string, unknown>): OwnService[] {
  return listIn(config, ["services"]).flatMap((bound) => {
    const { binding, entrypoint = "default" } = bound;
    if (typeof binding !== "string" || typeof entrypoint !== "string" || !isOwnService(bound, config)) return [];
    return [{ binding, entryPoint: entrypoint }];
  });
}

function absentIn(config: Record<string, unknown>): WranglerConfig["absent"] {
  const listed = BINDINGS.flatMap(([list, key, kind]) => namesIn(config, list, key).map((name) => ({ name, kind })));
  const single = SINGLE.flatMap(([key, kind]) => {
    const { binding } = recordOf(config[key]);
    return typeof binding === "string" ? [{ name: binding, kind }] : [];
  });
  const foreign = listIn(config, ["durable_objects", "bindings"]).flatMap((bound) =>
    typeof bound.name === "string" && !isOwn(bound, config)
      ? [{ name: bound.name, kind: "a Durable Object of another Worker" }]
      : [],
  );
  const services = listIn(config, ["services"]).flatMap((bound) =>
    typeof bound.binding === "string" && !isOwnService(bound, config)
      ? [{ name: bound.binding, kind: "a service" }]
      : [],
  );
  return [...listed, ...services, ...single, ...unknownIn(config), ...foreign];
}

/** Bindings of kinds that Cloudflare has added since. */
function unknownIn(config: Record<string, unknown>): WranglerConfig["absent"] {
  const known = new Set([...SUPPORTED, ...BINDINGS.map(([[list = ""]]) => list), ...SINGLE.map(([key]) => key)]);
  return Object.entries(config).flatMap(([key, value]) => {
    if (known.has(key)) return [];
    const names = (Array.isArray(value) ? value : [value]).map((one) => recordOf(one).binding);
    return names.filter((name) => typeof name === "string").map((name) => ({ name, kind: `a binding of "${key}"` }));
  });
}

/** Where wrangler reads secrets from in development, and where projects say which there are. */
const SECRET_FILES = [".dev.vars", ".dev.vars.example"];

function secretsIn(config: Record<string, unknown>, files: SourceFiles): WranglerConfig["secrets"] {
  const vars = recordOf(config.vars);
  const { required } = recordOf(config.secrets);
  const path = NAMES.find((name) => files.has(name)) ?? "";
  const configured = (Array.isArray(required) ? required : []).map((name) => ({ name: String(name), path }));
  const listed = SECRET_FILES.flatMap((file) =>
    [...(readText(files, file) ?? "").matchAll(/^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=/gm)].map(([, name = ""]) => ({
      name,
      path: file,
    })),
  );
  const named = new Map([...listed, ...configured].map((secret) => [secret.name, secret]));
  return [...named.values()].filter(({ name }) => !Object.hasOwn(vars, name));
}

function namesIn(config: Record<string, unknown>, path: string[], key: string): string[] {
  const names = listIn(config, path).map((one) => one[key]);
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
