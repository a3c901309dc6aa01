import type { FileContent } from "../engine/mounted-files.ts";
import type { Installation } from "../packages/install-packages.ts";
import { asList, asObject, asPackageUse, asString, type Data, dataAt } from "../vite/config-data.ts";

/** An import: a name of a module or its default, and the module with its styles. */
export type Import = { from: string; name: string; with?: string };
/**
 * Returns the import of a component by its name in Pascal case, or of a directive `v-loading` as `vLoadingDirective`; null
 * for those that the library does not have. `written`: the name as the template has it.
 */
export type Resolver = (name: string, written: string) => Import | null;

type Options = Record<string, Data>;
type Library = (options: Options, installation: Installation) => Resolver | Promise<Resolver>;

/** Returns the resolvers of component libraries among a plugin's options. */
export async function librariesOf(options: unknown, installation: Installation): Promise<Resolver[]> {
  const found: Resolver[] = [];
  for (const one of asList(asObject(options as Data)?.resolvers)) {
    const use = asPackageUse(one);
    const library = LIBRARIES.get(use?.path.at(-1) ?? "") ?? LIBRARIES.get(use?.name ?? "");
    if (library !== undefined) found.push(await library(asObject(use?.args?.[0]) ?? {}, installation));
  }
  return found;
}

/** The resolvers of unplugin-vue-components by their name, or by the package that exports one. */
const LIBRARIES = new Map<string, Library>([
  ["ElementPlusResolver", elementPlus],
  ["AntDesignVueResolver", () => prefixed(/^A[A-Z]/, (name) => ({ from: "ant-design-vue/es", name: name.slice(1) }))],
  ["ArcoResolver", () => prefixed(/^A[A-Z]/, (name) => ({ from: "@arco-design/web-vue", name: name.slice(1) }))],
  ["NaiveUiResolver", () => prefixed(/^N[A-Z]/, (name) => ({ from: "naive-ui", name }))],
  ["TDesignResolver", tDesign],
  ["VantResolver", () => prefixed(/^Van[A-Z]/, vantImport)],
  ["PrimeVueResolver", primeVue],
  ["@primevue/auto-import-resolver", primeVue],
  ["Vuetify3Resolver", (_, installation) => vuetifyComponents(installation)],
]);

function vantImport(name: string): Import {
  const component = name.slice("Van".length);
  return { from: "vant/es", name: component, with: `vant/es/${kebab(component)}/style/index` };
}

function tDesign({ library }: Options): Resolver {
  const from = `tdesign-${asString(library) ?? "vue-next"}`;
  return prefixed(/^T[A-Z]/, (name) => ({ from, name: name.slice(1) }));
}

function prefixed(pattern: RegExp, make: (name: string) => Import): Resolver {
  return (name) => (pattern.test(name) ? make(name) : null);
}

/** Element Plus's directives: the name of the export, and the folder of its styles. */
const ELEMENT_DIRECTIVES = new Map<string, [name: string, styles: string]>([
  ["vLoadingDirective", ["ElLoadingDirective", "loading"]],
  ["vPopoverDirective", ["ElPopoverDirective", "popover"]],
  ["vInfiniteScrollDirective", ["ElInfiniteScroll", "infinite-scroll"]],
]);
/** Components without styles of their own. */
const ELEMENT_UNSTYLED = new Set(["ElAutoResizer", "ElInfiniteScroll"]);

function elementPlus({ importStyle, directives }: Options): Resolver {
  const file = importStyle === "sass" ? "index" : "css";
  const styled = (name: string, folder: string): Import =>
    importStyle === false || ELEMENT_UNSTYLED.has(name)
      ? { from: "element-plus/es", name }
      : { from: "element-plus/es", name, with: `element-plus/es/components/${folder}/style/${file}` };
  return (name) => {
    const directive = directives === false ? undefined : ELEMENT_DIRECTIVES.get(name);
    if (directive !== undefined) return styled(...directive);
    if (/^ElIcon[A-Z]/.test(name)) return { from: "@element-plus/icons-vue", name: name.slice("ElIcon".length) };
    return /^El[A-Z]/.test(name) ? styled(name, kebab(name.slice(2))) : null;
  };
}

/** PrimeVue has a folder for each component and directive; the package's own list of them is its folders. */
async function primeVue(options: Options, installation: Installation): Promise<Resolver> {
  const prefix = asString(options.prefix) ?? asString(dataAt(options, "components.prefix")) ?? "";
  const files = await filesOf("primevue", installation);
  return (name) => {
    const directive = /^v([A-Z]\w*)Directive$/.exec(name)?.[1];
    if (directive === undefined && !name.startsWith(prefix)) return null;
    const folder = (directive ?? name.slice(prefix.length)).toLowerCase();
    const isKnown = files.has(`${folder}/index.mjs`) || files.has(`${folder}/package.json`);
    return isKnown ? { from: `primevue/${folder}`, name: "default" } : null;
  };
}

const NO_FILES: ReadonlyMap<string, FileContent> = new Map();

/** Returns the files of an installed package by their path in it; none for a package that is not installed. */
export async function filesOf(name: string, installation: Installation): Promise<ReadonlyMap<string, FileContent>> {
  const planned = installation.packages.find((one) => one.name === name);
  return planned === undefined ? NO_FILES : installation.filesOf(planned);
}

/** Returns the resolver of the components and directives that Vuetify has, by the list in its package. */
export async function vuetifyComponents(installation: Installation): Promise<Resolver> {
  const components = await namesOfVuetify(installation);
  return (name) => {
    const directive = /^v([A-Z]\w*)Directive$/.exec(name)?.[1];
    if (directive !== undefined)
      return VUETIFY_DIRECTIVES.has(directive) ? { from: "vuetify/directives", name: directive } : null;
    const isKnown = components === null ? /^V[A-Z]/.test(name) : components.has(name);
    return isKnown ? { from: "vuetify/components", name } : null;
  };
}

async function namesOfVuetify(installation: Installation): Promise<Set<string> | null> {
  const content = (await filesOf("vuetify", installation)).get("dist/json/importMap.json");
  if (content === undefined) return null;
  const bytes = typeof content === "function" ? await content() : content;
  const { components }: { components: Record<string, unknown> } = JSON.parse(new TextDecoder().decode(bytes));
  return new Set(Object.keys(components));
}

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

const kebab = (name: string): string => name.replace(/\B([A-Z])/g, "-$1").toLowerCase();
