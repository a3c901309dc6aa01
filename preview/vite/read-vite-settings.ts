import { parse } from "jsonc-parser";
import { normalize } from "../project/paths.ts";
import { readText, type SourceFiles } from "../project/source-files.ts";
import type { ToolRunner } from "../tools/tool-runner.ts";
import { type ConfigOptions, evaluateConfig } from "./evaluate-config.ts";
import { inputsOfModes } from "./mode-inputs.ts";
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
  const path = NAMES.find((name) => readText(files, name) !== null) ?? configOfScripts(files, options.command);
  if (path === undefined) {
    const root = rootWithoutConfig(files);
    return { ...defaultSettings(), root, ...(root === "" && { base: baseOfOutput(files) }) };
  }
  const { value, variables, failure, warnings } = await evaluateConfig(files, path, runner, options);
  if (value === null) return { ...defaultSettings(), alias: [{ find: "@", replacement: "/src" }], failure, warnings };
  const settings = settingsOf(value, path, files, options.command);
  const modeInputs = await inputsOfModes(files, path, runner, options);
  return { ...settings, variables, modeInputs, warnings: [...warnings, ...settings.warnings] };
}

/** `vite build --config vite/config.prod.mjs` in a script of package.json. */
const WITH_CONFIG = /\bvite\s+(build\b)?[^&|;]*?(?:--config|-c)[\s=]+["']?([^\s"'&|;]+)/;

/** Returns the configuration that a script of package.json names for a command, or for the other one. */
function configOfScripts(files: SourceFiles, command: ConfigOptions["command"]): string | undefined {
  const manifest: unknown = parse(readText(files, "package.json") ?? "{}");
  const scripts = typeof manifest === "object" && manifest !== null && "scripts" in manifest ? manifest.scripts : {};
  const named = Object.values(scripts ?? {}).flatMap((script) => {
    const [, build, path = ""] = WITH_CONFIG.exec(String(script)) ?? [];
    const own = normalize(path);
    return path === "" || readText(files, own) === null ? [] : [{ path: own, isBuild: build !== undefined }];
  });
  return (named.find(({ isBuild }) => isBuild === (command === "build")) ?? named[0])?.path;
}

const LOCAL_SCRIPT = /<script\b[^>]*\bsrc\s*=\s*["']?(?![a-z]+:|\/\/)/i;

/** Finds the page of a project without Vite: in `src/`, unless it is a template that loads nothing. */
function rootWithoutConfig(files: SourceFiles): string {
  const isInSource =
    readText(files, "index.html") === null && LOCAL_SCRIPT.test(readText(files, "src/index.html") ?? "");
  return isInSource ? "src" : "";
}

/** An address of a page below a folder of its host. */
const BELOW = /\b(?:src|href)\s*=\s*["']\/([\w.-]+)\/([^"'?#]+)/g;

/** Returns the base of another build's output, such as "/repository/" on GitHub Pages: only the addresses in its page have that folder. */
function baseOfOutput(files: SourceFiles): string {
  const named = [...(readText(files, "index.html") ?? "").matchAll(BELOW)].filter(([, , file = ""]) => files.has(file));
  const folders = new Set(named.map(([, folder = ""]) => folder));
  const [folder = ""] = folders;
  const isFolder = ["", "public/"].some((prefix) =>
    [...files.keys()].some((path) => path.startsWith(`${prefix}${folder}/`)),
  );
  return folders.size === 1 && !isFolder ? `/${folder}/` : "/";
}
