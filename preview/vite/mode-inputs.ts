import { parse } from "jsonc-parser";
import { normalize } from "../project/paths.ts";
import { readText, type SourceFiles } from "../project/source-files.ts";
import type { ToolRunner } from "../tools/tool-runner.ts";
import { asObject, asString, asStrings, type Data, dataAt } from "./config-data.ts";
import { type ConfigOptions, evaluateConfig } from "./evaluate-config.ts";

/** A module of a further build, and the address of its output. */
export type ModeInput = { path: string; address: string };

/** `vite build --mode client`, or `-m client`. */
const OF_MODE = /\bvite\s+build\b[^&|;]*?(?:--mode|-m)[\s=]+["']?([\w-]+)/g;
const USUAL_MODES = new Set(["production", "development"]);
/** The folders whose files are served at the app's own address. */
const SERVED = /^(?:dist|public)(?:\/|$)/;

/**
 * Finds the modules that package.json has Vite build in another mode, beside the app, as Hono's pages do with the scripts of their
 * clients: https://hono.dev/docs/getting-started/cloudflare-pages. The configuration names the mode and gives the output a
 * name, by which a server's pages load it.
 * @param path the configuration
 */
export async function inputsOfModes(
  files: SourceFiles,
  path: string,
  runner: ToolRunner,
  options: ConfigOptions,
): Promise<ModeInput[]> {
  const config = readText(files, path) ?? "";
  const modes = modesOfScripts(files).filter((mode) => new RegExp(`["'\`]${mode}["'\`]`).test(config));
  const found: ModeInput[] = [];
  for (const mode of modes) {
    const { value } = await evaluateConfig(files, path, runner, { ...options, mode, command: "build" });
    if (value !== null) found.push(...inputsIn(value, files));
  }
  return found;
}

function modesOfScripts(files: SourceFiles): string[] {
  const manifest: unknown = parse(readText(files, "package.json") ?? "{}");
  const scripts = typeof manifest === "object" && manifest !== null && "scripts" in manifest ? manifest.scripts : {};
  const modes = Object.values(scripts ?? {}).flatMap((script) =>
    [...String(script).matchAll(OF_MODE)].map(([, mode = ""]) => mode),
  );
  return [...new Set(modes)].filter((mode) => !USUAL_MODES.has(mode));
}

function inputsIn(config: Data, files: SourceFiles): ModeInput[] {
  const of = (name: string): Data | undefined =>
    dataAt(config, `build.rolldownOptions.${name}`) ?? dataAt(config, `build.rollupOptions.${name}`);
  const pattern = asString(of("output.entryFileNames"));
  const folder = normalize(asString(dataAt(config, "build.outDir")) ?? "dist");
  if (pattern === null || /\[(?!name\])/.test(pattern) || !SERVED.test(folder)) return [];
  const input = of("input");
  const named = asObject(input);
  const inputs: [name: string, path: string][] =
    named === null
      ? asStrings(input).map((one) => [one.replace(/^.*\//, "").replace(/\.\w+$/, ""), one])
      : Object.entries(named).flatMap(([name, one]) =>
          typeof one === "string" ? [[name, one] as [string, string]] : [],
        );
  return inputs.flatMap(([name, one]) => {
    const path = normalize(one.replace(/^\/project\//, "").replace(/^\//, ""));
    const address = `/${normalize(`${folder.replace(SERVED, "")}/${pattern.replaceAll("[name]", () => name)}`)}`;
    return files.has(path) && !path.endsWith(".html") ? [{ path, address }] : [];
  });
}
