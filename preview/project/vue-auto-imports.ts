import picomatch from "picomatch/posix";
import type { Installation } from "../packages/install-packages.ts";
import { isQuickGlob } from "../tools/quick-glob.ts";
import type { Plugin } from "../vite/index.ts";
import type { SourceFiles } from "./source-files.ts";

/** An import: a name of a module or its default, and the modules with its styles. */
export type Import = { from: string; name: string; with?: string };
type Resolver = (name: string) => Import | null;

const RESOLVED = /\b_resolve(Component|Directive)\("([^"]+)"\)/g;
const FOLDER = "src/components";

/**
 * Adds the imports of components that a template uses and its script omits, as the project's Vite plugins do:
 * vite-plugin-vuetify, and unplugin-vue-components with the project's own components and well-known libraries.
 * @returns null without such a plugin, else a function that adds the imports to a compiled component
 */
export async function vueAutoImports(
  plugins: readonly Plugin[],
  files: SourceFiles,
  installation: Installation,
): Promise<((code: string) => string) | null> {
  const ofVuetify = vuetifyResolver(await namesOfVuetify(plugins, installation));
  const resolvers = plugins.flatMap((plugin) => resolversOf(plugin, files, ofVuetify));
  if (resolvers.length === 0) return null;
  const find = (name: string): Import | null => {
    for (const resolve of resolvers) {
      const found = resolve(name);
      if (found !== null) return found;
    }
    return null;
  };
  return (code) => {
    const statements: string[] = [];
    const replaced = code.replace(RESOLVED, (call, kind: string, written: string) => {
      const found = find(kind === "Directive" ? `v${pascal(written)}Directive` : pascal(written));
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

function resolversOf({ name, options }: Plugin, files: SourceFiles, ofVuetify: Resolver): Resolver[] {
  if (name === "vite-plugin-vuetify") return [ofVuetify];
  if (!/^unplugin-vue-components(\/vite)?$/.test(name)) return [];
  return [ofFolders(options, files), ...librariesOf(options)];
}

/** The libraries whose resolvers are among options of a plugin. */
export function librariesOf(options: unknown): Resolver[] {
  const given = JSON.stringify(options ?? {});
  return Object.entries(LIBRARIES).flatMap(([resolver, resolve]) => (given.includes(`"${resolver}"`) ? [resolve] : []));
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

/** The components that Vuetify has, by the list in its package; null without the plugin or the list. */
async function namesOfVuetify(plugins: readonly Plugin[], installation: Installation): Promise<Set<string> | null> {
  const planned = installation.packages.find(({ name }) => name === "vuetify");
  if (planned === undefined || !plugins.some(({ name }) => name === "vite-plugin-vuetify")) return null;
  const files = await installation.filesOf(planned);
  const content = files.get("dist/json/importMap.json");
  if (content === undefined) return null;
  const bytes = typeof content === "function" ? await content() : content;
  const { components }: { components: Record<string, unknown> } = JSON.parse(new TextDecoder().decode(bytes));
  return new Set(Object.keys(components));
}

const vuetifyResolver =
  (components: ReadonlySet<string> | null): Resolver =>
  (name) => {
    const directive = /^v([A-Z]\w*)Directive$/.exec(name)?.[1];
    if (directive !== undefined)
      return VUETIFY_DIRECTIVES.has(directive) ? { from: "vuetify/directives", name: directive } : null;
    const isKnown = components === null ? /^V[A-Z]/.test(name) : components.has(name);
    return isKnown ? { from: "vuetify/components", name } : null;
  };
const VUETIFY_DIRECTIVES = new Set([
  "ClickOutside",
  "Intersect",
  "Mutate",
  "Resize",
  "Ripple",
  "Scroll",
  "Tooltip",
  "Touch",
]);

/** Name patterns of the components of libraries, by the resolver of unplugin-vue-components. */
const LIBRARIES: Record<string, Resolver> = {
  ElementPlusResolver: (name) =>
    /^El[A-Z]/.test(name)
      ? { from: "element-plus/es", name, with: `element-plus/es/components/${kebab(name.slice(2))}/style/css` }
      : null,
  AntDesignVueResolver: (name) => (/^A[A-Z]/.test(name) ? { from: "ant-design-vue/es", name: name.slice(1) } : null),
  NaiveUiResolver: (name) => (/^N[A-Z]/.test(name) ? { from: "naive-ui", name } : null),
  VantResolver: (name) =>
    /^Van[A-Z]/.test(name)
      ? { from: "vant/es", name: name.slice(3), with: `vant/es/${kebab(name.slice(3))}/style/index` }
      : null,
  Vuetify3Resolver: vuetifyResolver(null),
};

const pascal = (name: string): string =>
  name.replace(/(^|[-_])(\w)/g, (_, _separator: string, letter: string) => letter.toUpperCase());
const kebab = (name: string): string => name.replace(/\B([A-Z])/g, "-$1").toLowerCase();
