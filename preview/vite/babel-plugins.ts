import { asList, asObject, asPackageUse, asString, type Data, isPlain } from "./config-data.ts";
import type { BabelPlugin } from "./vite-settings.ts";

/** Babel plugins without which an app is the same, or whose syntax esbuild has. */
const WITHOUT_EFFECT =
  /react-compiler|istanbul|react-refresh|react-dev|remove-|dev-expression|proposal-|syntax-|jsx-dom-expressions|inferno|loadable|jotai|^@babel\/plugin-transform-|^babel-plugin-transform-(?:async|class-|decorators|es\d|export|flow|object-|react-(?:constant|inline|jsx|pure)|regenerator|runtime|strict|typescript|vue-jsx)/;

/** Plugins of Vite that are Babel, and have its options. */
const OF_BABEL = new Set(["@rolldown/plugin-babel", "@rollup/plugin-babel", "rollup-plugin-babel"]);

/** Plugins that load modules from the disk while they compile. */
const NEEDS_DISK = /\bmacros\b|^twin\.macro|module-resolver|inline-import/;

/** Babel's rules for short names (`standardizeName` of @babel/core), in its order. */
const RULES: [written: RegExp, module: string][] = [
  [/^(?!@|module:|[^/]+\/|babel-plugin-)/, "babel-plugin-"],
  [/^(@babel\/)(?!plugin-|[^/]+\/)/, "$1plugin-"],
  [/^(@(?!babel\/)[^/]+\/)(?![^/]*babel-plugin(?:-|\/|$)|[^/]+\/)/, "$1babel-plugin-"],
  [/^(@(?!babel$)[^/]+)$/, "$1/babel-plugin"],
  [/^module:/, ""],
];

/**
 * Returns the Babel plugins among the options of Vite's plugins that change an app's code, in order.
 *
 * @param plugins the configuration's list of Vite plugins
 * @param warn receives the name of each plugin that is left out
 */
export function babelPluginsOf(plugins: Data | undefined, warn: (name: string) => void): BabelPlugin[] {
  return asList(plugins)
    .flatMap(listedIn)
    .flatMap((listed): BabelPlugin[] => {
      const [first = null, options = {}] = Array.isArray(listed) ? listed : [listed];
      const written = asString(first);
      const name = written === null ? (asPackageUse(first)?.name ?? null) : moduleOf(written);
      if (name === null || WITHOUT_EFFECT.test(name)) return [];
      if (/^[./]/.test(name) || NEEDS_DISK.test(name) || !isPlain(options)) {
        warn(written ?? name);
        return [];
      }
      return [{ name, options }];
    });
}

/** The list of Babel plugins in the options of one of Vite's plugins. */
function listedIn(plugin: Data): Data[] {
  const use = asPackageUse(plugin);
  const options = asObject(use?.args?.[0]);
  const babel = use !== null && OF_BABEL.has(use.name) ? options : asObject(options?.babel ?? options?.babelConfig);
  return Array.isArray(babel?.plugins) ? babel.plugins : [];
}

const moduleOf = (written: string): string =>
  /^[./]/.test(written) ? written : RULES.reduce((name, [pattern, module]) => name.replace(pattern, module), written);
