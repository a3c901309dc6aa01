import { readText, type SourceFiles } from "../project/source-files.ts";
import type { ToolRunner } from "../tools/tool-runner.ts";
import { type ConfigOptions, evaluateConfig } from "./evaluate-config.ts";
import { settingsOf } from "./settings-of.ts";
import { defaultSettings, type ViteSettings } from "./vite-settings.ts";

/** In Vite's search order. */
const NAMES = ["js", "mjs", "ts", "cjs", "mts", "cts"].map((extension) => `vite.config.${extension}`);

/**
 * Reads a project's settings from its vite.config, which an isolate evaluates. Without a vite.config, or after a
 * failed evaluation, they are Vite's defaults; after a failure with the alias `@` for `src/`, which nearly all
 * configurations define.
 */
export async function readViteSettings(
  files: SourceFiles,
  runner: ToolRunner,
  options: ConfigOptions,
): Promise<ViteSettings> {
  const path = NAMES.find((name) => readText(files, name) !== null);
  if (path === undefined) return { ...defaultSettings(), root: rootWithoutConfig(files) };
  const { value, variables, warnings } = await evaluateConfig(files, path, runner, options);
  if (value === null) return { ...defaultSettings(), alias: [{ find: "@", replacement: "/src" }], warnings };
  const settings = settingsOf(value, path, files, options.command);
  return { ...settings, variables, warnings: [...warnings, ...settings.warnings] };
}

const LOCAL_SCRIPT = /<script\b[^>]*\bsrc\s*=\s*["']?(?![a-z]+:|\/\/)/i;

/** Finds the page of a project without Vite: in `src/`, unless it is a template that loads nothing. */
function rootWithoutConfig(files: SourceFiles): string {
  const isInSource =
    readText(files, "index.html") === null && LOCAL_SCRIPT.test(readText(files, "src/index.html") ?? "");
  return isInSource ? "src" : "";
}
