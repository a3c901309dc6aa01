import type { Diagnostic } from "../../worker/contract/preview-rpc.ts";

import type { Data } from "./config-data.ts";
import type { ModeInput } from "./mode-inputs.ts";

/** An alias's pattern: a name (which also matches paths below `name/`) or a regular expression. */
export type Alias = {
  find: string | { regex: string; flags: string };
  /**
   * A path relative to the project beginning with `/`, a package's name, or a template for the regular expression's
   * groups.
   */
  replacement: string;
  /** The same as it is written, where that is a relative path: Vite resolves it beside the importer. */
  relative?: string;
};

export type Plugin = { name: string; options: unknown };

/** Plugins whose hooks are run: the names of those that vite.config defines itself, and modules of packages. */
export type RunPlugins = { own: string[]; packages: string[] };

/** A Babel plugin: its module, and its options as plain data. */
export type BabelPlugin = { name: string; options: unknown };

/** Resolving options of vite.config; empty lists keep the defaults. */
export type Resolution = { extensions: string[]; conditions: string[]; mainFields: string[] };

/** `naming`: whether vite.config names classes itself, by patterns or, with `"code"`, by functions. */
type CssModulesSettings = { localsConvention?: LocalsConvention; naming?: "patterns" | "code" };
/** Under which names the classes of a CSS module are exported. */
export type LocalsConvention = "camelCase" | "camelCaseOnly" | "dashes" | "dashesOnly";

/** The settings of a project's vite.config that a build honours. Paths are relative to the project, `""` is its root. */
export type ViteSettings = {
  /** The settings' file, or null. */
  path: string | null;
  root: string;
  base: string;
  /** Null where vite.config turns the public folder off. */
  publicDir: string | null;
  alias: Alias[];
  /** JavaScript source by name. */
  define: Record<string, string>;
  envPrefix: string[];
  /** Variables that vite.config sets in `process.env`, which win over those of `.env` files. */
  variables: Record<string, string>;
  /** The folder of the `.env` files, or null where vite.config turns them off. */
  envDir: string | null;
  cssModules: CssModulesSettings;
  /** Source prepended to each style sheet of a language, and further compiler options. */
  preprocessorOptions: Record<string, Record<string, unknown>>;
  /** PostCSS settings of vite.config: plugins, or the folder of its configuration; null without any. */
  postcss: { plugins?: Data; folder?: string; path: string } | null;
  /** Browsers and editions of JavaScript that a production build is for, as esbuild names them, or null for Vite's default. */
  target: string[] | null;
  /** Below how many bytes a production build puts an asset into the module or style sheet that names it. */
  assetsInlineLimit: number;
  /** Whether a production build is minified. */
  minify: boolean;
  /** Additional extensions of assets, such as `.glb`. */
  assetExtensions: string[];
  jsx: { runtime?: "automatic" | "classic"; importSource?: string; factory?: string; fragment?: string } | null;
  /** Code prepended to each module with JSX. */
  jsxInject: string | null;
  /** Statements that the output drops. */
  drop: ("console" | "debugger")[];
  /** Functions whose calls are dropped when their result is unused. */
  pure: string[];
  inputs: string[];
  /** The modules that a further build makes in a mode of its own. */
  modeInputs: ModeInput[];
  plugins: Plugin[];
  run: RunPlugins;
  /** Babel plugins that change the app's code, in the order in which they run. */
  babel: BabelPlugin[];
  /** Packages that resolve to the project's own copy. */
  dedupe: string[];
  resolution: Resolution;
  /** Whether Vite 8 is to take CommonJS modules as Vite 7 does (`legacy.inconsistentCjsInterop`). */
  inconsistentInterop: boolean;
  /** Headers of Vite's servers that let a page share memory between threads. */
  headers: Record<string, string>;
  /** Why vite.config could not be evaluated, which is one of the warnings; null where it was, and without one. */
  failure: Diagnostic | null;
  warnings: Diagnostic[];
};

/** The settings of a project without a vite.config. */
export function defaultSettings(): ViteSettings {
  return {
    path: null,
    root: "",
    base: "/",
    publicDir: "public",
    alias: [],
    define: {},
    envPrefix: ["VITE_"],
    variables: {},
    envDir: "",
    cssModules: {},
    preprocessorOptions: {},
    postcss: null,
    target: null,
    assetsInlineLimit: 4_096,
    minify: true,
    assetExtensions: [],
    jsx: null,
    jsxInject: null,
    drop: [],
    pure: [],
    inputs: [],
    modeInputs: [],
    plugins: [],
    run: { own: [], packages: [] },
    babel: [],
    dedupe: [],
    resolution: { extensions: [], conditions: [], mainFields: [] },
    inconsistentInterop: false,
    headers: {},
    failure: null,
    warnings: [],
  };
}
