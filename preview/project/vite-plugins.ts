import type { Diagnostic } from "../../worker/contract/preview-rpc.ts";
import { compileScript, type JsxCompiling } from "../engine/esbuild.ts";
import { packageNameOf } from "../engine/specifiers.ts";
import { ContentCache, contentKey } from "../tools/content-cache.ts";
import { ToolFailure } from "../tools/tool-runner.ts";
import { type PluginHost, type PluginInput, type PluginOutput, runVitePlugins } from "../tools/vite-plugins.ts";
import { warningAt } from "../vite/evaluate-config.ts";
import { applyAlias, pagesOf, pluginSettingsOf, type ViteSettings } from "../vite/index.ts";
import { findFile, folderOf, importedPackages, outsideModules, textsOf } from "./imported-packages.ts";
import { assetExtensions } from "./module-kinds.ts";
import { normalize } from "./paths.ts";
import { isSolidProject } from "./precompile.ts";
import type { ProjectSettings } from "./project-settings.ts";
import { readText } from "./source-files.ts";
import type { StyleCompiling } from "./style-sheets.ts";
import { type AppliedOutput, appliedOutput, PREFIX, SPECIFIER, splitQuery } from "./vite-plugin-output.ts";

/** A project's files after its plugins. */
export type PluginFiles = AppliedOutput & {
  define: Record<string, string>;
  /** Settings that the plugins' "config" hooks change. */
  changed: Partial<ViteSettings>;
  diagnostics: Diagnostic[];
};

type Compiling = StyleCompiling & { production: boolean };

/** Configurations, declarations and outputs, which no page loads. */
const NO_MODULE =
  /(\.config\.[cm]?[jt]s|\.d\.[cm]?ts)$|^(dist|build|node_modules|\.\w[^/]*)\/|(^|\/)(__tests__|tests?)\/|\.(test|spec)\.\w+$/;
const MODULE = /\.([cm]?[jt]s|[jt]sx|vue|svelte|css)$/;
const NO_SOURCE = /\.(html?|json|jsonc|lock|svg|scss|sass|less|styl|log|sql|toml|ya?ml|sh)$/;
const MAX_CACHED_BYTES = 6 * 2 ** 20;

const outputs = new ContentCache<PluginOutput>(MAX_CACHED_BYTES);

/**
 * Runs the Vite plugins that a project defines itself, and those of packages that the build does not know, over its files. A
 * plugin that does not run is a warning with its reason.
 */
export async function withVitePlugins(compiling: Compiling, settings: ProjectSettings): Promise<PluginFiles> {
  const { files } = compiling;
  const { path: configPath, run } = settings.vite;
  const nothing: PluginFiles = {
    files,
    aliases: [],
    define: {},
    changed: {},
    modules: new Map(),
    pages: new Map(),
    diagnostics: [],
  };
  if (configPath === null || run.own.length + run.packages.length === 0) return nothing;
  const wanted = run.packages.filter((name) => compiling.versionOf(packageNameOf(name)) !== null);
  const absent = run.packages.filter((name) => !wanted.includes(name));
  const notRun = (name: string, reason: string): Diagnostic =>
    warningAt(
      files,
      configPath,
      name,
      `Edgesmith does not run the plugin "${name}" of ${configPath}${reason === "" ? "" : `: ${inWords(reason).replace(/\.$/, "")}`}.`,
    );
  const ofAbsent = absent.map((name) => notRun(name, ""));
  if (run.own.length + wanted.length === 0) return { ...nothing, diagnostics: ofAbsent };
  const input = await inputOf(compiling, settings, configPath);
  const { output, left } = await runUsablePackages(compiling, input, hostOf(compiling, settings));
  const ofPackages = wanted.flatMap((name) => {
    const reason = left.get(packageNameOf(name));
    return reason === undefined ? [] : [notRun(name, reason)];
  });
  if (output === null) {
    const reason = left.get("") ?? "";
    return { ...nothing, diagnostics: [...ofAbsent, ...ofPackages, ...run.own.map((name) => notRun(name, reason))] };
  }
  const ofHooks = output.failed.map(({ name, hook, path, message }) =>
    warningAt(
      files,
      configPath,
      name,
      `The hook "${hook}" of the plugin "${name}" in ${configPath} failed${path === null ? "" : ` for ${path}`}, so the plugin was skipped: ${inWords(message)}`,
    ),
  );
  const applied = appliedOutput(files, output, settings.vite);
  const command = compiling.production ? "build" : "serve";
  const ofConfig = pluginSettingsOf(output.settings, { ...settings.vite, path: configPath }, files, command);
  const { alias, define, changed, warnings } = ofConfig;
  const aliases = [...applied.aliases, ...alias];
  return { ...applied, aliases, define, changed, diagnostics: [...ofAbsent, ...ofPackages, ...ofHooks, ...warnings] };
}

/** Refusals of the runtime, which name its own rules and not the plugin's part. */
const REFUSALS: [RegExp, string][] = [
  [/Code generation from strings disallowed for this context/, "it compiles code from strings, which is not allowed"],
  [
    /WebAssembly\.\w+\(\): Wasm code generation disallowed by embedder/,
    "it compiles WebAssembly, which is not allowed here",
  ],
];

const inWords = (reason: string): string =>
  REFUSALS.reduce((text, [refusal, words]) => text.replace(refusal, words), reason);

async function inputOf(compiling: Compiling, settings: ProjectSettings, configPath: string): Promise<PluginInput> {
  const { files, production } = compiling;
  const { vite } = settings;
  const texts = textsOf(files);
  const outside = outsideModules(compiling, configPath);
  const isPublic = (path: string): boolean => vite.publicDir !== null && path.startsWith(`${vite.publicDir}/`);
  const sources = [...texts].flatMap(([path, code]) => {
    const extension = path.slice(path.lastIndexOf(".") + 1);
    const isModule = MODULE.test(path);
    const isMeant = isModule || (path.includes("/") && !NO_SOURCE.test(path) && !assetExtensions.has(extension));
    return !isMeant || NO_MODULE.test(path) || isPublic(path) ? [] : [{ path, code, isModule }];
  });
  const pages = (await pagesOf(files, vite)).map((path) => ({ path, html: readText(files, path) ?? "" }));
  const packages = importedPackages({ texts, outside }, configPath, compiling.versionOf);
  const values = { ...settings.env };
  return { texts, outside, configPath, packages, production, values, sources, pages };
}

type Attempt = { output: PluginOutput | null; left: Map<string, string> };

/** Why packages cannot be bundled, by name and version; a later build does not try them again. */
const unusable = new Map<string, string>();
const MAX_UNUSABLE = 500;
const ENDLESS = /did not end within|never comes/;

/**
 * Runs the plugins with the packages that can be bundled and started.
 * @returns the output, or null where nothing can be run, and the reason for each package that is left out; that of `""` is the
 * reason for all
 */
async function runUsablePackages({ runner }: Compiling, input: PluginInput, host: PluginHost): Promise<Attempt> {
  const key = await contentKey(input);
  const cached = outputs.get(key);
  const left = new Map(
    Object.entries(input.packages).flatMap(([name, version]) => {
      const reason = unusable.get(`${name}@${version}`);
      return reason === undefined ? [] : [[name, reason] as const];
    }),
  );
  if (cached !== undefined) return { output: cached, left };
  const attempt = async (packages: Record<string, string>, isTrial: boolean): Promise<PluginOutput | string> => {
    try {
      const sources = isTrial ? { sources: [], pages: [] } : {};
      return await runVitePlugins(runner, { ...input, ...sources, packages }, host);
    } catch (failure) {
      if (!(failure instanceof ToolFailure)) throw failure;
      return failure.message;
    }
  };
  const usable = (): Record<string, string> =>
    Object.fromEntries(Object.entries(input.packages).filter(([name]) => !left.has(name)));
  let outcome = await attempt(usable(), false);
  // Plugins that do not end are not tried one by one: the build would wait for each of them.
  if (typeof outcome === "string" && !ENDLESS.test(outcome) && Object.keys(usable()).length > 0) {
    for (const [name, version] of Object.entries(usable())) {
      const alone = await attempt({ [name]: version }, true);
      if (typeof alone !== "string") continue;
      left.set(name, alone);
      const isLasting = alone.includes("cannot be prepared") && !/registry/i.test(alone);
      if (isLasting && unusable.size < MAX_UNUSABLE) unusable.set(`${name}@${version}`, alone);
    }
    outcome = await attempt(usable(), false);
  }
  if (typeof outcome === "string") {
    for (const name of ["", ...Object.keys(usable())]) left.set(name, outcome);
    return { output: null, left };
  }
  outputs.set(key, outcome, 2 * JSON.stringify(outcome).length);
  return { output: outcome, left };
}

function hostOf({ files }: Compiling, settings: ProjectSettings): PluginHost {
  const find: PluginHost["find"] = (specifier, importer) => {
    const [bare = "", query] = splitQuery(specifier);
    const meant = applyAlias(bare, settings.aliases) ?? bare;
    const own = meant.startsWith(PREFIX) ? meant.slice(PREFIX.length) : null;
    if (own === null && !/^[./]/.test(meant)) return null;
    const folder = folderOf((importer ?? "").split("?")[0]?.slice(PREFIX.length) ?? "");
    const folders = meant.startsWith("/") ? (meant === bare ? [settings.vite.root, ""] : [""]) : [folder];
    const found =
      own === null
        ? (folders.map((one) => findFile(normalize(`${one}/${meant}`), files)).find((one) => one !== null) ?? null)
        : findFile(normalize(own), files);
    return found === null ? null : PREFIX + found + (query ?? "");
  };
  const jsx = jsxOf(settings);
  return {
    find,
    imports: (modules) =>
      modules.map(({ id, code }) =>
        /\.(css|json)$/.test(id)
          ? []
          : [...new Set([...code.matchAll(SPECIFIER)].map(([, , , specifier = ""]) => specifier))].map((specifier) => ({
              specifier,
              id: find(specifier, id),
            })),
      ),
    read: (id) => readText(files, id.slice(PREFIX.length)),
    compile: async (id, code) => {
      const language = /\.(tsx|jsx)$/.exec(id)?.[1] ?? "ts";
      const loader = language === "tsx" || language === "jsx" ? language : "ts";
      return compileScript(code, loader, jsx).catch(() => null);
    },
  };
}

/** JSX that another compiler reads afterwards stays. */
function jsxOf({ jsx, vite }: ProjectSettings): JsxCompiling {
  const isKept = isSolidProject(vite, () => null) || vite.plugins.some(({ name }) => name === "@vitejs/plugin-vue-jsx");
  if (isKept) return { jsx: "preserve" };
  if (jsx.runtime === "automatic") return { jsx: "automatic", jsxImportSource: jsx.importSource };
  return { jsx: "transform", jsxFactory: jsx.factory, jsxFragment: jsx.fragment };
}
