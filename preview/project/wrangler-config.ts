import { parse } from "jsonc-parser";
import { parse as parseToml } from "smol-toml";
import { normalize } from "./paths.ts";
import { readText, type SourceFiles } from "./source-files.ts";

/** What a project's wrangler configuration says that a build or a running app honours. */
export type WranglerConfig = {
  /** Path of the server's module in the project, or null. */
  main: string | null;
  /** Text variables by name. */
  vars: Record<string, string>;
};

const NAMES = ["wrangler.jsonc", "wrangler.json", "wrangler.toml"];

/** Reads wrangler.jsonc, wrangler.json or wrangler.toml of an app. What cannot be read counts as nothing. */
export function readWrangler(files: SourceFiles): WranglerConfig {
  const path = NAMES.find((name) => files.has(name));
  const config = path === undefined ? {} : recordOf(parseConfig(path, readText(files, path) ?? ""));
  const { main, vars } = config;
  const texts = Object.entries(recordOf(vars)).filter(
    (entry): entry is [string, string] => typeof entry[1] === "string",
  );
  return { main: typeof main === "string" ? normalize(main) : null, vars: Object.fromEntries(texts) };
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
