import type { BuildOptions, Loader, Message, Plugin } from "esbuild-wasm";
import type { Diagnostic } from "../../worker/contract/preview-rpc.ts";
import { replaceMarks } from "../packages/module-address.ts";
import { PackageUnavailable } from "../packages/package-unavailable.ts";
import { loadersOf } from "../project/module-kinds.ts";
import { defaultWholeModules } from "./default-exports.ts";
import { type Built, runBuild } from "./esbuild.ts";
import { nameLateExports } from "./late-commonjs.ts";
import { memoryWarning } from "./memory-warning.ts";
import { oncePerImport, toDiagnostic, unreadIn } from "./messages.ts";
import { isMinifiedLater, minifyOptions, targetOf } from "./minify-options.ts";
import { missingAssets, missingAssetsIn } from "./missing-assets.ts";
import { missingExtensions, withoutExtension } from "./missing-extensions.ts";
import { missingIn, missingModules } from "./missing-modules.ts";
import type { MountedProject } from "./mounted-project.ts";
import { projectPlugin } from "./project-plugin.ts";
import { isBrowser, type Side } from "./side.ts";
import { packageNameOf } from "./specifiers.ts";
import { styleExports, unexportedIn } from "./style-exports.ts";

/** `development` for previews, `production` for publications. */
export type Mode = "development" | "production";

export type BundleOptions = {
  side: Side;
  mode: Mode;
  /** Absolute paths of the entry modules. */
  entries: string[];
  /** URL prefix under which the output files are served. */
  publicPath: string;
  define: Record<string, string>;
  /** JSX settings for projects whose tsconfig.json files have none. */
  jsx?: { jsx: "automatic" | "transform"; jsxImportSource?: string; jsxFactory?: string; jsxFragment?: string };
  /** Source of a module that exports the names in `define` whose values are not constants. */
  inject?: string | null;
  /** Maps a line of that module to its source position. */
  placeOfInjected?: (line: number) => Pick<Diagnostic, "path" | "line" | "column">;
  /** Messages about packages that cannot be installed, by name. */
  missing: ReadonlyMap<string, string>;
  /** Versions of installed packages, by name; "" for a package of the project's own workspace. */
  installed?: ReadonlyMap<string, string>;
  /** The project's plugins, which run before the engine's own. */
  plugins?: Plugin[];
  loaders?: Record<string, Loader>;
  /** Specifiers that stay external because their modules are built separately. */
  external?: string[];
  /** Whether the bundle has a source map. False for scripts that need no debugging. */
  sourceMaps?: boolean;
  /** Name pattern of entry scripts; contains a hash by default. */
  entryNames?: string;
  /** Name of shared scripts, before their hash; `chunk` by default. */
  chunkName?: string;
  /** Output and resolution options of the project's vite.config; the engine's defaults otherwise. */
  tuning?: Tuning;
  /** Module format of the output; `esm` by default. */
  format?: "esm" | "iife";
  /** Components that packages ship uncompiled, and their compilers. */
  components?: PackageComponents;
  /** `later`: minifies only the syntax of a publication, since its scripts are minified afterwards. */
  minify?: "later";
};

/** Compiles files of packages that esbuild cannot read. */
export type PackageComponents = {
  plugin: Plugin;
  /** Export conditions and package.json fields, such as `svelte`, that select such components. */
  conditions: string[];
  /** The project settings that affect the compiled output, for cache keys. */
  key: string;
  /**
   * Compiles the files that the last build first encountered.
   * @returns whether there were any, so that the build must run again
   */
  compileMet(): Promise<boolean>;
};

type Tuning = {
  /** The production target in esbuild's notation. */
  target?: string[] | null;
  minify?: boolean;
  drop?: ("console" | "debugger")[];
  pure?: string[];
  /** Takes precedence over the engine's own loaders. */
  extensions?: string[];
  conditions?: string[];
  mainFields?: string[];
};

/**
 * A bundle, or null with its errors. `diagnostics` has the warnings in either case; `minifyFor` is the target for
 * scripts that are minified later.
 */
export type Bundled = { built: Built | null; diagnostics: Diagnostic[]; minifyFor?: string[] };

/**
 * Feature flags of Vue's bundler build with the values of @vitejs/plugin-vue. Without them, Vue logs warnings in the
 * page.
 */
const VUE_FLAGS = {
  __VUE_OPTIONS_API__: "true",
  __VUE_PROD_DEVTOOLS__: "false",
  __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "false",
};
/** Vite's own list, and the extensions that CommonJS modules and style sheets of packages omit. */
const EXTENSIONS = [".mjs", ".js", ".mts", ".ts", ".jsx", ".tsx", ".json", ".cjs", ".css"];
/** The runtime's own modules. */
const SERVER_MODULES = ["node:*", "cloudflare:*"];
/** Path of the `inject` module under the working folder. */
const INJECTED = "entries/define.js";
/** Maximum consecutive attempts with missing modules. Further failures have another cause. */
const MOST_ATTEMPTS = 4;

/**
 * Bundles the modules of a mounted project.
 * @throws {PackageUnavailable} for a temporary failure of the registry: a bundle without the package must not be cached
 */
export async function bundle(project: MountedProject, options: BundleOptions): Promise<Bundled> {
  const { side } = options;
  const missing: Missing = { modules: new Set(), assets: new Map(), extensions: new Set(), unexported: new Set() };
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await runBuild(buildOptions(project, options, missing), project.deadline);
    const { built, memoryBytes, errors, warnings } = outcome;
    if (await options.components?.compileMet()) {
      attempt -= 1;
      continue;
    }
    const late = [...project.files.failures.values()].find(isTemporary);
    if (late !== undefined) throw late;
    const known = sizeOf(missing);
    addMissing(missing, errors, project, options);
    const isKnown = sizeOf(missing) === known;
    if (built !== null || isKnown || attempt === MOST_ATTEMPTS) {
      restoreAddresses(built, options);
      await completeExports(built, side, project);
      const tooLarge = built === null ? null : memoryWarning(memoryBytes, built.metafile.inputs);
      const found = diagnosticsOf(errors, warnings, project, options);
      const diagnostics = tooLarge === null ? found : [...found, warningOf(tooLarge)];
      const minifyFor = isMinifiedLater(options) ? { minifyFor: targetOf(options) } : {};
      return { built, diagnostics, ...minifyFor };
    }
  }
}

const isTemporary = (failure: Error): boolean => failure instanceof PackageUnavailable && failure.temporary;

/** Whether an app is a site of pages and scripts only, without packages in its own or any parent package.json. */
const isSite = ({ sources }: MountedProject, { installed = new Map(), missing }: BundleOptions): boolean =>
  !sources.has("package.json") && installed.size === 0 && missing.size === 0;

/** Adds the names and default of CommonJS modules in browsers. A server's runtime takes each export as a handler. */
async function completeExports(built: Built | null, side: Side, { files }: MountedProject): Promise<void> {
  if (!isBrowser(side)) return;
  await nameLateExports(built, files);
  defaultWholeModules(built);
}

/** Restores the address of a server or a tool, which all of its modules share. */
function restoreAddresses(built: Built | null, { side, define }: BundleOptions): void {
  for (const file of isBrowser(side) ? [] : (built?.outputFiles ?? [])) {
    if (!file.path.endsWith(".js")) continue;
    const restored = replaceMarks(file.text, (_, own) => define["import.meta.url"] ?? own);
    if (restored !== file.text) file.contents = new TextEncoder().encode(restored);
  }
}

const warningOf = (message: string): Diagnostic => ({ path: "", line: 0, column: 0, severity: "warning", message });

/** Imports that earlier attempts could not resolve, which the next attempt replaces. */
type Missing = {
  modules: Set<string>;
  assets: Map<string, string>;
  extensions: Set<string>;
  unexported: Set<string>;
};

/** Records the modules, assets and paths that a build lacked, from its errors. */
function addMissing(
  { modules, assets, extensions, unexported }: Missing,
  errors: Message[],
  project: MountedProject,
  options: BundleOptions,
) {
  const { side, loaders } = options;
  const unread = unreadIn(errors);
  for (const specifier of withoutExtension(errors)) extensions.add(specifier);
  for (const specifier of unexportedIn(errors)) unexported.add(specifier);
  for (const specifier of missingIn(errors, side)) modules.add(specifier);
  for (const [written, meant] of missingAssetsIn(errors, { loaders, isSite: isSite(project, options) }))
    if (!unread.has(packageNameOf(written))) assets.set(written, meant);
}

const sizeOf = ({ modules, assets, extensions, unexported }: Missing): number =>
  modules.size + assets.size + extensions.size + unexported.size;

function stubsOf(missing: Missing, project: MountedProject, { side, mode }: BundleOptions): Plugin[] {
  const { modules, assets, extensions, unexported } = missing;
  return [
    ...(extensions.size === 0 ? [] : [missingExtensions(extensions)]),
    ...(unexported.size === 0 ? [] : [styleExports(unexported, project, mode)]),
    ...(modules.size === 0 ? [] : [missingModules(modules, side, project.files)]),
    ...(assets.size === 0 ? [] : [missingAssets(assets, project)]),
  ];
}

function buildOptions(project: MountedProject, options: BundleOptions, missing: Missing): BuildOptions {
  const { side, mode, entries, publicPath, define, inject, plugins = [], loaders = {}, components } = options;
  const { tuning = {}, chunkName = "chunk" } = options;
  if (inject) project.files.put(`${project.files.root}/${INJECTED}`, inject);
  const isProduction = mode === "production";
  return {
    absWorkingDir: project.files.root,
    entryPoints: entries,
    outdir: `${project.files.root}/out`,
    entryNames: options.entryNames ?? "[name]-[hash]",
    chunkNames: `${chunkName}-[hash]`,
    assetNames: "[name]-[hash]",
    publicPath,
    bundle: true,
    format: options.format ?? "esm",
    ...platformOptions(side, mode),
    ...resolutionOf(side, mode, tuning, components?.conditions ?? []),
    plugins: [
      ...stubsOf(missing, project, options),
      ...plugins,
      ...(components ? [components.plugin] : []),
      projectPlugin(side, project),
    ],
    loader: { ...loadersOf(), ...loaders },
    drop: tuning.drop ?? [],
    pure: tuning.pure ?? [],
    external: [...(side === "server" ? SERVER_MODULES : []), ...(options.external ?? [])],
    define: { ...VUE_FLAGS, ...define },
    ...options.jsx,
    ...(inject ? { inject: [INJECTED] } : {}),
    ...minifyOptions(options),
    legalComments: isProduction ? "none" : "inline",
    sourcemap: side === "tool" || options.sourceMaps === false ? false : "external",
    // Stack traces need only positions; including the sources would double a build's size.
    sourcesContent: false,
  };
}

/** Resolution order: vite.config, then the component compilers, then the defaults of the client or server. */
function resolutionOf(side: Side, mode: Mode, tuning: Tuning, ofComponents: string[]): BuildOptions {
  const { extensions = [], conditions = [], mainFields = [] } = tuning;
  const platform = platformOptions(side, mode);
  const added = isBrowser(side) ? ofComponents : [];
  return {
    // Packages omit extensions that a project's own list may lack.
    resolveExtensions: [...new Set([...extensions, ...EXTENSIONS])],
    conditions: [...new Set([...conditions, ...added, ...(platform.conditions ?? [])])],
    mainFields: [...new Set([...added, ...(mainFields.length > 0 ? mainFields : (platform.mainFields ?? []))])],
  };
}

const platformOptions = (side: Side, mode: Mode): BuildOptions => {
  if (side === "client") return clientOptions(mode);
  if (side === "worker") return { ...clientOptions(mode), splitting: false };
  return side === "server" ? serverOptions(mode) : toolOptions;
};

const toolOptions: BuildOptions = {
  platform: "neutral",
  conditions: ["workerd", "worker", "module"],
  mainFields: ["module", "main"],
};

/** Vite's conditions: `module` and the mode's; esbuild adds `browser` and `import` or `require`. */
const clientOptions = (mode: Mode): BuildOptions => ({
  platform: "browser",
  splitting: true,
  conditions: ["module", mode],
  mainFields: ["browser", "module", "jsnext:main", "main"],
});

const serverOptions = (mode: Mode): BuildOptions => ({
  platform: "neutral",
  conditions: ["workerd", "worker", "edge-light", "browser", "module", mode],
  mainFields: ["module", "main"],
});

function diagnosticsOf(
  errors: Message[],
  warnings: Message[],
  { projectFolder, sources, files }: MountedProject,
  { side, missing, installed = new Map(), placeOfInjected }: BundleOptions,
): Diagnostic[] {
  const failureOf = (path: string): Error | null => files.failureOf(`${files.root}/${path}`);
  const telling = { projectFolder, side, missing, installed, sources, failureOf };
  const placed = (diagnostic: Diagnostic): Diagnostic =>
    diagnostic.path === INJECTED && placeOfInjected
      ? { ...diagnostic, ...placeOfInjected(diagnostic.line) }
      : diagnostic;
  const own = warnings
    .map((warning) => toDiagnostic(warning, "warning", telling))
    // Warnings in a package's own code do not help the app's author.
    .filter(({ path }) => !path.startsWith("node_modules/"));
  const found = oncePerImport(errors.map((error) => toDiagnostic(error, "error", telling)));
  return [...found, ...own].map(placed);
}
