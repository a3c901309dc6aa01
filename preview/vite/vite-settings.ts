import type { Diagnostic } from "../../worker/contract/preview-rpc.ts";

/** What an import may be replaced by: a name (and what begins with `name/`) or a regular expression. */
export type Alias = {
  find: string | { regex: string; flags: string };
  /** A path relative to the project beginning with `/`, a package's name, or what the regular expression's groups make. */
  replacement: string;
};

export type Plugin = { name: string; options: unknown };

/** The settings of a project's vite.config that a build honours. Paths are relative to the project, `""` is its root. */
export type ViteSettings = {
  root: string;
  base: string;
  /** Null where vite.config turns the public folder off. */
  publicDir: string | null;
  alias: Alias[];
  /** JavaScript source by name. */
  define: Record<string, string>;
  envPrefix: string[];
  /** The folder of the `.env` files, or null where vite.config turns them off. */
  envDir: string | null;
  cssModules: { localsConvention?: string; generateScopedName?: string };
  /** What the build puts before each style sheet of a language, and further options of its compiler. */
  preprocessorOptions: Record<string, Record<string, unknown>>;
  /** Plugins of PostCSS that vite.config names itself, or null where postcss.config decides. */
  postcss: Plugin[] | null;
  target: string[] | null;
  jsx: { importSource?: string; factory?: string; fragment?: string } | null;
  inputs: string[];
  plugins: Plugin[];
  dedupe: string[];
  /** What an import without an extension may mean, in the order in which it is tried; null for what Vite tries by itself. */
  extensions: string[] | null;
  warnings: Diagnostic[];
};

/** The settings of a project without a vite.config. */
export function defaultSettings(): ViteSettings {
  return {
    root: "",
    base: "/",
    publicDir: "public",
    alias: [],
    define: {},
    envPrefix: ["VITE_"],
    envDir: "",
    cssModules: {},
    preprocessorOptions: {},
    postcss: null,
    target: null,
    jsx: null,
    inputs: [],
    plugins: [],
    dedupe: [],
    extensions: null,
    warnings: [],
  };
}
