import { asList, asObject, asPackageUse, asString, type Data, dataAt, isTagged } from "./config-data.ts";
import type { Warn } from "./settings-of.ts";
import type { Alias, Plugin, ViteSettings } from "./vite-settings.ts";

/** Plugins whose function is built in. */
const DONE_BY_THE_BUILD =
  /^(@vitejs\/plugin-(react|react-swc|react-oxc|vue|vue-jsx|basic-ssl|legacy)|@rolldown\/plugin-babel|@preact\/preset-vite|@sveltejs\/vite-plugin-svelte|vite-plugin-(windicss|md|vue-markdown|html|ejs|svgr|svg-icons|glsl|string|pages|vue-layouts|vue-layouts-next|solid|vue-devtools|wasm|top-level-await|checker|inspect|mkcert|compression2?|imagemin|node-polyfills|pwa-assets)|vite-svg-loader|@intlify\/(unplugin-vue-i18n|vite-plugin-vue-i18n)(\/vite)?|vite-plugin-vuetify|unplugin-(vue-components|auto-import|vue-router|icons|vue-markdown)(\/vite)?|vue-router\/vite|(unocss|@unocss)\/vite|vite-tsconfig-paths|@vanilla-extract\/vite-plugin|vite-plugin-graphql-loader|@rollup\/plugin-graphql|@rollup\/plugin-yaml|@modyfi\/vite-plugin-yaml|@tailwindcss\/(vite|postcss)|tailwindcss|autoprefixer|@cloudflare\/vite-plugin|@hono\/vite-(build(\/[\w-]+)?|cloudflare-pages|cloudflare-workers|dev-server))$/;

/** Plugins for developing or measuring, without which the app is the same. */
const WITHOUT_EFFECT =
  /^(lovable-tagger|@suid\/vite-plugin|vite-plugin-(vue-setup-extend|compression|image-optimizer|lint|sitemap|webfont-dl)|rollup-plugin-visualizer|vite-bundle-(analyzer|visualizer)|@replit\/.*|@builder\.io\/.*|solid-devtools\/vite|@tanstack\/(router-plugin\/vite|router-vite-plugin|devtools-vite)|vite-plugin-(component-tagger|eslint|eslint2|stylelint|restart|full-reload|remove-console)|@vitejs\/devtools|vite-plugin-source-locator|code-inspector-plugin|million(-lint)?|@sentry\/vite-plugin)$/;

/** The consequence of an unsupported plugin that changes an app's code, and an instruction. */
const CONSEQUENCES: [plugin: RegExp, consequence: string][] = [
  [/^@nuxt\/ui\b/, "Its components are missing: use those of another library, or ask an agent to."],
  [/^(hono-vite-react-stack|vite-ssr-components)\b/, "The pages that the server renders have no scripts and styles."],
  [/^vite-plugin-mock\b/, "Requests that it answers get no answer."],
  [/^vite-plugin-pwa\b/, "The app is not installed and works online only."],
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

/**
 * Returns the plugins of a configuration in order, with their packages.
 *
 * @param warn receives a warning for each unknown plugin
 */
export function pluginsOf(data: Data | undefined, path: string, warn: Warn): Plugin[] {
  return asList(data).flatMap((one): Plugin[] => {
    const use = asPackageUse(one);
    if (use === null) {
      const name = asString(asObject(one)?.name) ?? "without a name";
      warn(`plugin ${name}`, `The plugin "${name}" that ${path} defines itself is not run here.`);
      return [];
    }
    const isKnown = DONE_BY_THE_BUILD.test(use.name) || WITHOUT_EFFECT.test(use.name);
    if (!isKnown) warn(use.name, `The plugin "${use.name}" of ${path} is not run here.${consequenceOf(use.name)}`);
    const options = use.args?.[0] ?? {};
    for (const name of GENERATING.test(use.name) ? functionsIn(options) : [])
      warn(
        `${use.name} ${name}`,
        `The option "${name}" of the plugin "${use.name}" is a function, which is not called here.`,
      );
    return [{ name: use.name, options }];
  });
}

/** Preact replaces React in an app's imports and packages, unless the plugin's options disable it. */
const PREACT_FOR_REACT: Alias[] = [
  { find: "react-dom/test-utils", replacement: "preact/test-utils" },
  { find: "react-dom", replacement: "preact/compat" },
  { find: "react/jsx-runtime", replacement: "preact/jsx-runtime" },
  { find: "react/jsx-dev-runtime", replacement: "preact/jsx-runtime" },
  { find: "react", replacement: "preact/compat" },
];

/** The aliases that plugins add. */
export function aliasesOfPlugins(plugins: readonly Plugin[]): Alias[] {
  const preact = plugins.find(({ name }) => name === "@preact/preset-vite");
  const options = preact?.options;
  const isOff =
    typeof options === "object" && options !== null && Reflect.get(options, "reactAliasesEnabled") === false;
  return preact === undefined || isOff ? [] : PREACT_FOR_REACT;
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
