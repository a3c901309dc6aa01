import { parse } from "jsonc-parser";
import { parse as parseToml } from "smol-toml";
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
  };
};

const NAMES = ["wrangler.jsonc", "wrangler.json", "wrangler.toml"];

/** Reads wrangler.jsonc, wrangler.json or wrangler.toml of an app. What cannot be read counts as nothing. */
export function readWrangler(files: SourceFiles): WranglerConfig {
  const path = NAMES.find((name) => files.has(name));
  const config = path === undefined ? {} : recordOf(parseConfig(path, readText(files, path) ?? ""));
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
    },
  };
}

function parseConfig(path: string, text: string): unknown {
  if (!path.endsWith(".toml")) return parse(text, [], { allowTrailingComma: true });
  try {
    return parseToml(text);
  } catch {
    // A file that is not TOML is no configuration; wrangler itself would say so, and nothing here depends on it.
    return {};
  }
}

const recordOf = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
