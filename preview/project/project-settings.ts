import type { Diagnostic } from "../../worker/contract/preview-rpc.ts";
import type { Installation } from "../packages/install-packages.ts";
import type { ToolRunner } from "../tools/tool-runner.ts";
import {
  type Alias,
  type Mode,
  type PostcssSettings,
  readEnv,
  readPostcss,
  readSvelteSettings,
  readViteSettings,
  type SvelteSettings,
  type SvgFramework,
  unsetDefines,
  unsetVariables,
  type ViteSettings,
} from "../vite/index.ts";
import { aliasPatterns } from "./alias-patterns.ts";
import { filesBeside, withAround } from "./around-app.ts";
import { esbuildCommand } from "./build-command.ts";
import { type Jsx, jsxOf } from "./jsx.ts";
import { isPlaced, PLACED_JSX } from "./jsx-places.ts";
import type { Manifest } from "./manifest.ts";
import type { SourceFiles } from "./source-files.ts";
import { emittingOptions, extendedPackages, readTsconfig, type Tsconfig } from "./tsconfig.ts";
import { readWrangler } from "./wrangler-config.ts";

/** The build settings of a project's own configuration files. */
export type ProjectSettings = {
  vite: ViteSettings;
  /** Import aliases: vite.config's, then the tsconfig patterns that name folders. */
  aliases: Alias[];
  /** Variables that the app's code may see, by name. */
  env: Record<string, string>;
  /** The tsconfig.json that esbuild reads in place of the project's. */
  compilerOptions: Record<string, unknown>;
  jsx: Jsx;
  postcss: PostcssSettings;
  svelte: SvelteSettings;
  diagnostics: Diagnostic[];
};

type Reading = {
  files: SourceFiles;
  root: string;
  /** The project's files outside of the app's folder. */
  around: SourceFiles;
  manifest: Manifest;
  installation: Installation;
  mode: Mode;
  runner: ToolRunner;
};

/** Reads the configuration of an app: vite.config, svelte.config, tsconfig.json and .env files. */
export async function readSettings(reading: Reading): Promise<ProjectSettings> {
  const { root, mode, runner } = reading;
  const command = mode === "production" ? "build" : "serve";
  return settingsWith(await readViteSettings(withAround(reading), runner, { mode, command, root }), reading);
}

/**
 * Returns the settings after those that plugins change in vite.config.
 * @param changed the changed settings; without any the given ones are returned
 */
export async function withChangedSettings(
  given: ProjectSettings,
  changed: Partial<ViteSettings>,
  reading: Reading,
): Promise<ProjectSettings> {
  return Object.keys(changed).length === 0 ? given : settingsWith({ ...given.vite, ...changed }, reading);
}

async function settingsWith(
  read: ViteSettings,
  { files, root, around, manifest, installation, mode, runner }: Reading,
): Promise<ProjectSettings> {
  const command = mode === "production" ? "build" : "serve";
  const vite = withAssets(read, files);
  const all = withAround({ files, root, around });
  const postcss = await readPostcss(all, vite, runner, { mode, command, root });
  const svelte = await readSvelteSettings(all, vite, runner, { mode, command, root });
  const beside = { root, around: new Map([...around].filter(([path]) => path.endsWith(".json"))) };
  const extended = extendedPackages(new Map([...files, ...[...around].filter(([path]) => isTsconfig(path))]));
  const tsconfig = readTsconfig(files, await installation.installed(extended), beside);
  const jsx = vite.jsx === null ? jsxOf(tsconfig, manifest) : jsxOfVite(vite.jsx, jsxOf(tsconfig, manifest));
  const env = readEnv(all, { root: vite.envDir, mode, prefixes: vite.envPrefix });
  const ofConfig = Object.entries(vite.variables).filter(([name]) =>
    vite.envPrefix.some((prefix) => name.startsWith(prefix)),
  );
  const variables = { ...env.values, ...Object.fromEntries(ofConfig) };
  const shared = filesBeside({ files, root, around }, installation.workspace, []);
  const patterns = { ...patternsOf(tsconfig, files, vite.root), ...aliasPatterns(vite.alias, files, vite.root) };
  return {
    vite,
    aliases: vite.alias,
    env: variables,
    jsx,
    postcss,
    svelte,
    compilerOptions: { ...emittingOptions(tsconfig), ...jsxOptions(jsx, mode), paths: pathsOf(patterns, root) },
    diagnostics: [
      ...vite.warnings,
      ...postcss.warnings,
      ...svelte.warnings,
      ...tsconfig.diagnostics,
      ...env.warnings,
      ...unsetVariables(new Map([...files, ...shared]), { ...variables, ...vite.define }, vite.envPrefix),
      ...unsetDefines(files, vite),
      ...leftOutOfWrangler(files),
    ],
  };
}

/** Warns of the unsupported parts of a wrangler configuration: a server or a script would be missing silently. */
function leftOutOfWrangler(files: SourceFiles): Diagnostic[] {
  const { path, problem, command } = readWrangler(files);
  if (path === null) return [];
  const at = { path, line: 1, column: 1, severity: "warning" as const };
  if (problem !== null) {
    return [
      { ...at, message: `This file could not be read (${problem}), so its server and its variables are left out.` },
    ];
  }
  // The build always runs Vite's part of the command.
  if (
    command === null ||
    esbuildCommand(files) !== null ||
    /^(npm|pnpm|yarn|bun)\b|\bvite build\b/.test(command.trim())
  )
    return [];
  const message = `Its build command is not run here: ${command}. What it would make is missing. Load the sources by a <script type="module"> of index.html instead.`;
  return [{ ...at, message }];
}

/** A Worker's static files are in the folder of its configuration, when it is a folder of the project. */
function withAssets(vite: ViteSettings, files: SourceFiles): ViteSettings {
  const { directory } = readWrangler(files).assets;
  const isThere =
    directory !== null && directory !== "" && [...files.keys()].some((path) => path.startsWith(`${directory}/`));
  return isThere ? { ...vite, publicDir: directory } : vite;
}

/** The framework for components that are generated from SVGs. */
export function frameworkOf({ all }: Manifest): SvgFramework {
  const known: [string, SvgFramework][] = [
    ["react", "react"],
    ["preact", "preact"],
    ["vue", "vue"],
    ["solid-js", "solid"],
  ];
  return known.find(([name]) => Object.hasOwn(all, name))?.[1] ?? "react";
}

/** tsconfig's import patterns, after `@/` for `src/`, which templates set in two places and agents in none. */
function patternsOf(tsconfig: Tsconfig, files: SourceFiles, viteRoot: string): Record<string, string[]> {
  const source = viteRoot === "" ? "src/" : `${viteRoot}/src/`;
  const inSource = [...files.keys()].some((path) => path.startsWith(source));
  return { ...(inSource && { "@/*": [`${source}*`] }), ...tsconfig.paths };
}

/** Whether a file is a tsconfig.json or jsconfig.json, or one that such a file extends. */
export const isTsconfig = (path: string): boolean => /(^|\/)(ts|js)config[^/]*\.json$/.test(path);

/** Makes import patterns relative to a folder of the project, such as the app's; packages are beside the project's folder. */
export function pathsOf(patterns: Record<string, string[]>, root: string): Record<string, string[]> {
  const up = "../".repeat(root === "" ? 1 : root.split("/").length + 1);
  const entries = Object.entries(patterns).map(([pattern, targets]): [string, string[]] => [
    pattern,
    targets
      .filter((target) => !isItsPackage(pattern, target))
      .map((target) => {
        if (target.startsWith("/")) return `./${up.slice("../".length)}${target.slice(1)}`;
        return target.startsWith("node_modules/") ? `${up}${target}` : `./${target}`;
      }),
  ]);
  return Object.fromEntries(entries.filter(([, targets]) => targets.length > 0));
}

/** `"*": ["node_modules/*"]` and the like tell TypeScript of packages; in the build such a path would hide their `exports`. */
const isItsPackage = (pattern: string, target: string): boolean =>
  target === `node_modules/${pattern}` || target.startsWith("node_modules/@types/");

function jsxOptions(jsx: Jsx, mode: Mode): Record<string, unknown> {
  if (mode === "development" && isPlaced(jsx)) return { jsx: "react-jsxdev", jsxImportSource: PLACED_JSX };
  if (jsx.runtime === "automatic") return { jsx: "react-jsx", jsxImportSource: jsx.importSource };
  return { jsx: "react", jsxFactory: jsx.factory, jsxFragmentFactory: jsx.fragment };
}

function jsxOfVite({ runtime, importSource, factory, fragment }: NonNullable<ViteSettings["jsx"]>, known: Jsx): Jsx {
  if (importSource !== undefined) return { runtime: "automatic", importSource };
  if (runtime === "automatic") return known.runtime === "automatic" ? known : { runtime, importSource: "react" };
  if (runtime === "classic" && factory === undefined)
    return known.runtime === "classic"
      ? known
      : { runtime, factory: "React.createElement", fragment: fragment ?? "React.Fragment" };
  if (factory === undefined) return known;
  return { runtime: "classic", factory, fragment: fragment ?? "React.Fragment" };
}
