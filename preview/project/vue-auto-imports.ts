import picomatch from "picomatch/posix";
import type { Installation } from "../packages/install-packages.ts";
import { isQuickGlob } from "../tools/quick-glob.ts";
import type { Plugin } from "../vite/index.ts";
import { type Import, librariesOf, type Resolver, vuetifyComponents } from "./component-libraries.ts";
import { QUASAR_PLUGIN, quasarComponents } from "./quasar.ts";
import type { SourceFiles } from "./source-files.ts";

/** Returns the import of an icon by a component's name as it is written; null for another component. */
export type ResolveIcon = (written: string) => Import | null;

type Found = { files: SourceFiles; installation: Installation; resolveIcon: ResolveIcon | null };

const RESOLVED = /\b_resolve(Component|Directive)\("([^"]+)"\)/g;
const FOLDER = "src/components";
const COMPONENTS = /^unplugin-vue-components(\/vite)?$/;

/**
 * Adds the imports of components that a template uses and its script omits, as the project's Vite plugins do:
 * vite-plugin-vuetify, Quasar's plugin, and unplugin-vue-components with the project's own components and well-known libraries.
 * @returns null without such a plugin, else a function that adds the imports to a compiled component
 */
export async function vueAutoImports(
  plugins: readonly Plugin[],
  { files, installation, resolveIcon }: Found,
): Promise<((code: string) => string) | null> {
  const resolvers: Resolver[] = [];
  for (const { name, options } of plugins) {
    if (name === "vite-plugin-vuetify") resolvers.push(await vuetifyComponents(installation));
    if (name === QUASAR_PLUGIN) resolvers.push(await quasarComponents(options, installation));
    if (COMPONENTS.test(name)) resolvers.push(ofFolders(options, files), ...(await librariesOf(options, installation)));
  }
  if (resolvers.length === 0) return null;
  const iconOf = plugins.some(({ name }) => COMPONENTS.test(name)) ? resolveIcon : null;
  const find = (name: string, written: string): Import | null => {
    for (const resolve of resolvers) {
      const found = resolve(name, written);
      if (found !== null) return found;
    }
    return null;
  };
  return (code) => {
    const statements: string[] = [];
    const replaced = code.replace(RESOLVED, (call, kind: string, written: string) => {
      const icon = kind === "Component" ? (iconOf?.(written) ?? null) : null;
      const found = icon ?? find(kind === "Directive" ? `v${pascal(written)}Directive` : pascal(written), written);
      if (found === null) return call;
      const variable = `__auto_import_${statements.length}`;
      const also = found.with === undefined ? "" : `import ${JSON.stringify(found.with)};`;
      statements.push(`import { ${found.name} as ${variable} } from ${JSON.stringify(found.from)};${also}`);
      return variable;
    });
    // The first line takes the imports, so that line numbers stay.
    return statements.join("") + replaced;
  };
}

/** Folders of components as they are written: paths, patterns, and exclusions behind an exclamation mark. */
function foldersIn(options: unknown): string[] {
  const dirs: unknown = typeof options === "object" && options !== null ? Reflect.get(options, "dirs") : undefined;
  const named = (Array.isArray(dirs) ? dirs : [dirs]).filter((one) => typeof one === "string");
  return named.length === 0 ? [FOLDER] : named.map((one) => one.replace(/^(!?)(\.?\/|\/project\/)+|\/+$/g, "$1"));
}

/** Components of the project by their file's name, or their folder's for an index.vue; the first of a name counts. */
function ofFolders(options: unknown, files: SourceFiles): Resolver {
  const folders = foldersIn(options).filter((one) => !GLOB.test(one.slice(1)) || isQuickGlob(one));
  const included = picomatch(folders.filter((one) => !one.startsWith("!")).map(inFolder), QUICK);
  const excluded = picomatch(
    folders.filter((one) => one.startsWith("!")).map((one) => inFolder(one.slice(1))),
    QUICK,
  );
  const isNamespaced = typeof options === "object" && options !== null && Reflect.get(options, "directoryAsNamespace");
  const found = new Map<string, string>();
  for (const path of [...files.keys()].sort()) {
    if (!path.endsWith(".vue") || !included(path) || excluded(path)) continue;
    const folder = folders.find((one) => path.startsWith(`${one}/`)) ?? "";
    const within = path.slice(folder === "" ? 0 : folder.length + 1).replace(/(\/index)?\.vue$/, "");
    const plain = pascal(within.slice(within.lastIndexOf("/") + 1));
    const name = isNamespaced === true ? pascal(within.replaceAll("/", "-")) : plain;
    if (!found.has(name)) found.set(name, path);
  }
  return (name) => {
    const path = found.get(name);
    return path === undefined ? null : { from: `/${path}`, name: "default" };
  };
}

const GLOB = /[*?{}[\]!]/;
const QUICK = { noextglob: true };
const inFolder = (folder: string): string => `${folder.replace(/\/\*\*?$/, "")}/**`;

const pascal = (name: string): string =>
  name.replace(/(^|[-_])(\w)/g, (_, _separator: string, letter: string) => letter.toUpperCase());
