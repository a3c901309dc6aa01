import { AUTO_IMPORT_PRESETS } from "../vite/auto-import-presets.ts";
import { asList, asObject, asPackageUse, asString, asStrings, type Data } from "../vite/config-data.ts";
import { type CodeToken, closingIndex, tokensOf } from "../vite/tokens.ts";
import { type Import, librariesOf } from "./component-libraries.ts";
import { exportedNames } from "./exported-names.ts";
import { normalize } from "./paths.ts";
import type { SourceFiles } from "./source-files.ts";
import type { StyleCompiling } from "./style-sheets.ts";
import type { ResolveIcon } from "./vue-auto-imports.ts";

/** Adds the imports that a module omits. `language` is the path with the extension of the module's language. */
export type AutoImport = (code: string, path: string, language: string) => string;

const PLUGIN = /^unplugin-auto-import(\/vite)?$/;
const IDENTIFIER = /[\p{ID_Start}$_][\p{ID_Continue}$]*/gu;
const SCRIPT = /\.[cm]?[jt]sx?$/;
/** Folders of build outputs, which repositories keep beside the sources. */
const BUILT = /^(dist|docs|build|public)\//;
/** Presets that packages export for unplugin-auto-import. */
const EXPORTED_PRESETS: Record<string, Record<string, string[]>> = {
  VueRouterAutoImports: { "vue-router": ["useRoute", "useRouter", "onBeforeRouteLeave", "onBeforeRouteUpdate"] },
  unheadVueComposablesImports: { "@unhead/vue": ["useHead", "useHeadSafe", "useSeoMeta"] },
};
/** VueUse's names that Vue has too. */
const OF_VUE = new Set(["toRefs", "utils", "toRef", "toValue"]);

type Found = Pick<StyleCompiling, "files" | "installation"> & { resolveIcon?: ResolveIcon | null };

/**
 * Reads the options of unplugin-auto-import: names of presets, of modules, and of the project's own folders.
 * @returns null without the plugin
 */
export async function autoImportsOf(
  plugins: readonly { name: string; options: unknown }[],
  { files, installation, resolveIcon = null }: Found,
): Promise<AutoImport | null> {
  const used = plugins.filter(({ name }) => PLUGIN.test(name));
  if (used.length === 0) return null;
  const table = new Map<string, Import>();
  const add = (name: string, one: Import): void => {
    if (!table.has(name)) table.set(name, one);
  };
  const options = used.map((plugin) => asObject(plugin.options as Data) ?? {});
  for (const { imports, dirs } of options) {
    for (const one of asList(imports)) await addImports(one, add, installation);
    for (const [name, one] of ownNames(asStrings(dirs), files)) add(name, one);
  }
  const libraries = (await Promise.all(options.map((one) => librariesOf(one, installation)))).flat();
  const find = (name: string): Import | null =>
    table.get(name) ??
    libraries.map((resolve) => resolve(name, name)).find((found) => found !== null) ??
    resolveIcon?.(name) ??
    null;
  const inTemplates = options.some(({ vueTemplate }) => vueTemplate === true);
  return (code, path, language) => withImports(code, { path, language, find, inTemplates });
}

type Add = (name: string, one: Import) => void;

async function addImports(data: Data, add: Add, installation: Found["installation"]): Promise<void> {
  const preset = asString(data);
  if (preset !== null) await addPreset(preset, add, installation);
  const use = asPackageUse(data)?.path.at(-1);
  for (const [from, names] of Object.entries(use === undefined ? {} : (EXPORTED_PRESETS[use] ?? {})))
    for (const name of names) add(name, { from, name });
  const object = asObject(data);
  if (object === null || object.type === true) return;
  const from = asString(object.from);
  const modules = from === null ? Object.entries(object) : [[from, object.imports] as const];
  for (const [module, names] of modules) for (const one of Array.isArray(names) ? names : []) addName(module, one, add);
}

/** A name, a name with another one for the importer, or an object of both. */
function addName(from: string, data: Data, add: Add): void {
  const object = asObject(data);
  const [first, second] = Array.isArray(data) ? asStrings(data) : asStrings(object?.name ?? data);
  if (first !== undefined) add(second ?? asString(object?.as) ?? first, { from, name: first });
}

async function addPreset(preset: string, add: Add, installation: Found["installation"]): Promise<void> {
  const isVueUse = /^@vueuse\/(core|math)$/.test(preset);
  for (const name of isVueUse ? await functionsOfVueUse(preset, installation) : []) add(name, { from: preset, name });
  for (const [from, names] of Object.entries(AUTO_IMPORT_PRESETS[preset] ?? {}))
    for (const name of names.split(" ")) add(name, { from, name });
}

/** VueUse lists its functions in a file of its package, or of a package beside it. */
async function functionsOfVueUse(preset: string, installation: Found["installation"]): Promise<string[]> {
  const metadata = installation.packages.find(({ name }) => name === "@vueuse/metadata");
  const packages = await installation.installed(["@vueuse/core", ...(metadata === undefined ? [] : [metadata.name])]);
  const content =
    packages.read("node_modules/@vueuse/core/indexes.json") ??
    packages.read("node_modules/@vueuse/metadata/index.json");
  if (content === null) return [];
  const { functions }: { functions: { name: string; package: string; alias?: string[] }[] } = JSON.parse(
    new TextDecoder().decode(content),
  );
  const meant = preset === "@vueuse/core" ? ["core", "shared"] : ["math"];
  return functions
    .filter((one) => meant.includes(one.package))
    .flatMap(({ name, alias = [] }) => [name, ...alias])
    .filter((name) => name.length >= 4 && !OF_VUE.has(name));
}

/** The exports of the modules in the project's own folders; a default export has its file's name. */
function ownNames(dirs: string[], files: SourceFiles): [string, Import][] {
  const excluded = dirs.filter((dir) => dir.startsWith("!")).map((dir) => folderOf(dir.slice(1)));
  const included = dirs.filter((dir) => !dir.startsWith("!")).map(folderOf);
  const isIn = (path: string, { folder, depth }: Folder): boolean =>
    path.startsWith(`${folder}/`) && path.slice(folder.length + 1).split("/").length <= depth;
  return [...files].flatMap(([path, content]): [string, Import][] => {
    if (typeof content !== "string" || !SCRIPT.test(path) || path.endsWith(".d.ts")) return [];
    if (!included.some((folder) => isIn(path, folder)) || excluded.some((folder) => isIn(path, folder))) return [];
    return exportedNames(content, path).map(({ name, local }) => [local, { from: `/${path}`, name }]);
  });
}

type Folder = { folder: string; depth: number };

/** `src/a` means its own files, `src/a/*` those of its folders too, `src/a/**` all below it. */
function folderOf(dir: string): Folder {
  const path = normalize(dir.replace(/^\/project\//, ""));
  const folder = path.replace(/\/\*.*$/, "");
  if (path.includes("**")) return { folder, depth: Number.POSITIVE_INFINITY };
  return { folder, depth: path.endsWith("/*") ? 2 : 1 };
}

type Importing = { path: string; language: string; find: (name: string) => Import | null; inTemplates: boolean };

function withImports(code: string, { path, language, find, inTemplates }: Importing): string {
  const candidates = new Set([...code.matchAll(IDENTIFIER)].flatMap(([name]) => (find(name) === null ? [] : [name])));
  for (const name of candidates) if (find(name)?.from === `/${path}`) candidates.delete(name);
  if (candidates.size === 0 || BUILT.test(path)) return code;
  const tokens = tokensOf(code, language);
  const declared = declaredIn(tokens);
  const used = new Set<string>();
  tokens.forEach((token, index) => {
    const isName = token.type === "IdentifierName" && candidates.has(token.value) && !declared.has(token.value);
    if (isName && isReference(tokens, index)) used.add(token.value);
  });
  let written = code;
  const ofTemplate = new Set<string>();
  if (inTemplates && path.endsWith(".vue")) {
    written = code.replace(/\b_ctx\.([\w$]+)/g, (whole, name: string) => {
      if (!candidates.has(name) || declared.has(name)) return whole;
      used.add(name);
      ofTemplate.add(name);
      return `__auto_unref(${name})`;
    });
  }
  const statements = [...used].map((name) => statementFor(name, find(name)));
  if (ofTemplate.size > 0) statements.push('import { unref as __auto_unref } from "vue";');
  // The first line takes the imports, so that line numbers stay.
  return statements.join("") + written;
}

function statementFor(local: string, found: Import | null): string {
  if (found === null) return "";
  const also = found.with === undefined ? "" : `import ${JSON.stringify(found.with)};`;
  const clause = found.name === "*" ? `* as ${local}` : `{ ${found.name} as ${local} }`;
  return `import ${clause} from ${JSON.stringify(found.from)};${also}`;
}

/** Whether a name stands for a variable: no property, no key of an object, no label of a type. */
function isReference(tokens: readonly CodeToken[], index: number): boolean {
  const before = tokens[index - 1]?.value;
  const after = tokens[index + 1]?.value;
  if (before === "." || before === "?.") return false;
  return !(after === ":" && (before === "{" || before === "," || before === "("));
}

const DECLARING = new Set(["const", "let", "var", "function", "class", "enum", "interface", "type", "namespace"]);

/** Returns where the names of an import statement end; its beginning for `import()` and `import.meta`, which have none. */
function endOfImport(tokens: readonly CodeToken[], index: number): number {
  const next = tokens[index + 1]?.value;
  if (next === "(" || next === ".") return index;
  return tokens.findIndex((token, at) => at > index && (token.value === "from" || token.type === "StringLiteral"));
}

/** The names that a module declares or imports itself, wherever: it means them, so that none is imported. */
function declaredIn(tokens: readonly CodeToken[]): Set<string> {
  const declared = new Set<string>();
  const addBetween = (from: number, to: number): void => {
    for (const { type, value } of tokens.slice(from, to)) if (type === "IdentifierName") declared.add(value);
  };
  tokens.forEach(({ value, type }, index) => {
    const before = tokens[index - 1]?.value;
    if (type !== "IdentifierName" || before === "." || before === "?.") return;
    if (value === "import") addBetween(index + 1, endOfImport(tokens, index));
    if (!DECLARING.has(value)) return;
    const next = tokens[index + 1];
    if (next?.value === "{" || next?.value === "[") addBetween(index + 2, closingIndex(tokens, index + 1));
    else if (next?.type === "IdentifierName") declared.add(next.value);
    else if (next?.value === "*" && tokens[index + 2] !== undefined) declared.add(tokens[index + 2]?.value ?? "");
  });
  return declared;
}
