import {
  asList,
  asObject,
  asPackageUse,
  asString,
  type Data,
  type DataObject,
  dataAt,
  isTagged,
  type PackageUse,
} from "./config-data.ts";
import type { ConfigOptions } from "./evaluate-config.ts";
import { isCoveredRollupPlugin } from "./rollup-plugins.ts";
import type { Warn } from "./settings-of.ts";
import type { Alias, Plugin, RunPlugins, ViteSettings } from "./vite-settings.ts";

/** Plugins whose function is built in. */
const DONE_BY_THE_BUILD =
  /^(@vitejs\/plugin-(react|react-swc|react-oxc|vue|vue-jsx|basic-ssl|legacy)|@rolldown\/plugin-babel|@preact\/preset-vite|@sveltejs\/vite-plugin-svelte|vite-plugin-(windicss|md|vue-markdown|html|ejs|svgr|svg-icons|glsl|pages|vue-layouts|vue-layouts-next|solid|vue-devtools|wasm|top-level-await|checker|inspect|mkcert|compression2?|imagemin|static-copy|node-polyfills|pwa-assets)|vite-svg-loader|vite-ssr-components\/plugin|hono-vite-react-stack|@intlify\/(unplugin-vue-i18n|vite-plugin-vue-i18n)(\/vite)?|vite-plugin-vuetify|@quasar\/vite-plugin|unplugin-(vue-components|auto-import|vue-router|icons|vue-markdown)(\/vite)?|vue-router\/vite|(unocss|@unocss)\/vite|vite-tsconfig-paths|@nx\/vite\/plugins\/nx-tsconfig-paths\.plugin|@vanilla-extract\/vite-plugin|vite-plugin-graphql-loader|@modyfi\/vite-plugin-yaml|@tailwindcss\/(vite|postcss)|tailwindcss|autoprefixer|@cloudflare\/vite-plugin|@hono\/vite-(build(\/[\w-]+)?|cloudflare-pages|cloudflare-workers|dev-server))$/;

/** Plugins for developing or measuring, without which the app is the same. */
const WITHOUT_EFFECT =
  /^(lovable-tagger|@suid\/vite-plugin|vite-plugin-(vue-setup-extend|compression|image-optimizer|lint|sitemap|webfont-dl)|vite-bundle-(analyzer|visualizer)|@replit\/.*|@builder\.io\/.*|solid-devtools\/vite|@tanstack\/(router-plugin\/vite|router-vite-plugin|devtools-vite)|@dyad-sh\/.*|vite-plugin-(oxlint|biome|open|live-reload|qrcode|css-injected-by-js|singlefile|graphql-codegen|dts|progress|banner|html-minify|minify|bundle-obfuscator|component-tagger|eslint|eslint2|stylelint|restart|full-reload|remove-console)|@vitejs\/devtools|vite-plugin-source-locator|code-inspector-plugin|million(-lint)?|@nabla\/vite-plugin-eslint|@sentry\/vite-plugin)$/;

/** The consequence of an unsupported plugin that changes an app's code, and an instruction. */
const CONSEQUENCES: [plugin: RegExp, consequence: string][] = [
  [/^@nuxt\/ui\b/, "Its components are missing: use those of another library, or ask an agent to."],
  [
    /^(vite-plugin-copy|rollup-plugin-copy|vite-plugin-cp|@nx\/vite\/plugins\/nx-copy-assets\.plugin)$/,
    "Files that only it copies are missing: put them into public/.",
  ],
  [/^vite-plugin-mock\b/, "Requests that it answers get no answer."],
  [/^vite-plugin-pwa\b/, "The app works online only and cannot be installed."],
];

/** Plugins whose modules are generated from their options. */
const GENERATING =
  /^(unplugin-(auto-import|vue-router)|vue-router|vite-plugin-(pages|vue-layouts|vue-layouts-next|svg-icons))\b/;

const functionsIn = (options: Data): string[] =>
  Object.entries(asObject(options) ?? {}).flatMap(([name, value]) => (isTagged(value, "function") ? [name] : []));

function consequenceOf(name: string): string {
  const consequence = CONSEQUENCES.find(([plugin]) => plugin.test(name))?.[1];
  return consequence === undefined ? "" : ` ${consequence}`;
}

/** Hooks of plugins that are run. */
const RUN_HOOKS = ["buildStart", "resolveId", "load", "transform", "transformIndexHtml"];
/** Hooks over the finished bundle, which are not run: without them the output differs from that of Vite. */
const LEFT_OUT_HOOKS = ["renderChunk", "generateBundle", "writeBundle", "closeBundle"];

/** Whether a module of vite.config is a plugin that the build does by itself, or that has no effect here. */
export const isKnownPlugin = (name: string): boolean =>
  DONE_BY_THE_BUILD.test(name) ||
  WITHOUT_EFFECT.test(name) ||
  isCoveredRollupPlugin(name) ||
  consequenceOf(name) !== "";

/** Whether a list has no plugin but those that the build replaces, or that have no effect here. */
export const areKnown = (plugins: Data | undefined): boolean =>
  asList(plugins).every((one) => {
    const use = asPackageUse(one);
    return use !== null && isKnownPlugin(use.name);
  });

/** Whether a plugin of a package runs as it is: one that the build does not know, or MDX's with plugins of its own. */
function isRun({ name, args }: PackageUse): boolean {
  if (name !== "@mdx-js/rollup") return !isKnownPlugin(name);
  const options = asObject(args?.[0]);
  return ["remarkPlugins", "rehypePlugins", "recmaPlugins"].some((one) => asList(options?.[one]).length > 0);
}

/** The plugins of a configuration by how they are treated. */
export type PluginsOf = { plugins: Plugin[]; run: RunPlugins };

/**
 * Returns the plugins of a configuration in order, with their packages, and which of them are run as they are: those that the
 * configuration defines itself, and those of packages that the build does not know.
 *
 * @param warn receives a warning for each plugin that cannot work, and for each of its hooks that is not run
 */
export function pluginsOf(
  data: Data | undefined,
  path: string,
  warn: Warn,
  command: ConfigOptions["command"],
): PluginsOf {
  const run: RunPlugins = { own: [], packages: [] };
  const plugins = asList(data).flatMap((one): Plugin[] => {
    const use = asPackageUse(one);
    if (use === null) {
      run.own.push(...ownPlugin(asObject(one), path, warn, command));
      return [];
    }
    const consequence = consequenceOf(use.name);
    if (consequence !== "") warn(use.name, `Edgesmith does not run the plugin "${use.name}" of ${path}.${consequence}`);
    else if (isRun(use) && !run.packages.includes(use.name)) run.packages.push(use.name);
    const options = use.args?.[0] ?? {};
    for (const name of GENERATING.test(use.name) ? functionsIn(options) : [])
      warn(
        `${use.name} ${name}`,
        `Edgesmith does not call the function in the option "${name}" of the plugin "${use.name}".`,
      );
    return [{ name: use.name, options }];
  });
  return { plugins, run };
}

/** Returns the name of a plugin that a configuration defines itself, if it has hooks that are run. */
function ownPlugin(plugin: DataObject | null, path: string, warn: Warn, command: ConfigOptions["command"]): string[] {
  const has = (hook: string): boolean =>
    [plugin?.[hook], dataAt(plugin?.[hook], "handler")].some((one) => isTagged(one, "function"));
  const apply = asString(plugin?.apply);
  if (plugin === null || (apply !== null && apply !== command)) return [];
  const name = asString(plugin.name) ?? "without a name";
  const atEnd = command === "build" ? LEFT_OUT_HOOKS : ["configureServer"];
  for (const hook of atEnd.filter(has))
    warn(
      `hook ${name} ${hook}`,
      `Edgesmith does not run the hook "${hook}" of the plugin "${name}" that ${path} defines itself.`,
    );
  return RUN_HOOKS.some(has) ? [name] : [];
}

/** Preact replaces React in an app's imports and packages, unless the plugin's options disable it. */
const PREACT_FOR_REACT: Alias[] = [
  { find: "react-dom/test-utils", replacement: "preact/test-utils" },
  { find: "react-dom", replacement: "preact/compat" },
  { find: "react/jsx-runtime", replacement: "preact/jsx-runtime" },
  { find: "react/jsx-dev-runtime", replacement: "preact/jsx-runtime" },
  { find: "react", replacement: "preact/compat" },
];

/** The packages of which plugins take one copy; `before`: the major version since which the plugin no longer does. */
const DEDUPED: Record<string, { packages: string[]; before?: number }> = {
  "@sveltejs/vite-plugin-svelte": { packages: ["svelte"] },
  "@vitejs/plugin-react": { packages: ["react", "react-dom"], before: 5 },
  "@vitejs/plugin-vue": { packages: ["vue"] },
  "vite-plugin-solid": { packages: ["solid-js"] },
};

/** The aliases that plugins add. */
export function aliasesOfPlugins(plugins: readonly Plugin[]): Alias[] {
  const preact = plugins.find(({ name }) => name === "@preact/preset-vite");
  const options = preact?.options;
  const isOff =
    typeof options === "object" && options !== null && Reflect.get(options, "reactAliasesEnabled") === false;
  return preact === undefined || isOff ? [] : PREACT_FOR_REACT;
}

/**
 * Returns the packages that plugins resolve to the project's own copy, as their "config" hooks ask for: two copies of such a
 * package do not share their state.
 * @param versionOf returns the version or range of a package of the project
 */
export function dedupeOfPlugins(plugins: readonly Plugin[], versionOf: (name: string) => string | null): string[] {
  return plugins.flatMap(({ name }) => {
    const { packages = [], before = Number.POSITIVE_INFINITY } = DEDUPED[name] ?? {};
    const major = Number(/\d+/.exec(versionOf(name) ?? "")?.[0]);
    return before === Number.POSITIVE_INFINITY || major < before ? packages : [];
  });
}

/** Reads the JSX settings of vite.config: `esbuild` or `oxc`, or the options of a plugin for React or Preact. */
export function jsxOf(config: Data, plugins: readonly Plugin[]): ViteSettings["jsx"] {
  const first = (...names: string[]) =>
    names.map((name) => asString(dataAt(config, name))).find((text) => text !== null);
  const importSource = first("esbuild.jsxImportSource", "oxc.jsx.importSource") ?? importSourceOf(plugins);
  const factory = first("esbuild.jsxFactory", "oxc.jsx.pragma");
  const fragment = first("esbuild.jsxFragment", "oxc.jsx.pragmaFrag");
  const runtime = runtimeOf(asString(dataAt(config, "oxc.jsx.runtime")) ?? asString(dataAt(config, "esbuild.jsx")));
  const isSilent = [runtime, importSource, factory, fragment].every((one) => one === undefined);
  if (isSilent) return null;
  return {
    ...(runtime === undefined ? {} : { runtime }),
    ...(importSource === undefined ? {} : { importSource }),
    ...(factory === undefined ? {} : { factory }),
    ...(fragment === undefined ? {} : { fragment }),
  };
}

function runtimeOf(name: string | null): "automatic" | "classic" | undefined {
  if (name === "automatic") return "automatic";
  return name === "transform" || name === "classic" ? "classic" : undefined;
}

function importSourceOf(plugins: readonly Plugin[]): string | undefined {
  for (const { name, options } of plugins) {
    const given =
      typeof options === "object" && options !== null && "jsxImportSource" in options ? options.jsxImportSource : null;
    if (name.startsWith("@vitejs/plugin-react") && typeof given === "string") return given;
    if (name === "@preact/preset-vite") return typeof given === "string" ? given : "preact";
  }
  return undefined;
}
