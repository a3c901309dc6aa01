import { NODE_MODULE } from "../engine/specifiers.ts";
import { readText, type SourceFiles } from "../project/source-files.ts";
import { filesLedTo } from "./around-imports.ts";
import { objectOf, textOf } from "./lock.ts";
import { FIELDS, parsed, SOURCES, workspaceOf } from "./workspace.ts";
import { workspaceYaml } from "./workspace-yaml.ts";

/** The fields of a manifest that name packages. */
export type DependencyFields = {
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
};

/**
 * Configurations of tools that the build does not run. Excludes Tailwind's, which runs with its plugins, and names such
 * as firebase.config.ts, which an app may use for files of its own.
 */
const FOR_TOOLS =
  /(?:^|\/)(?:(?:astro|babel|codegen|commitlint|craco|cypress|drizzle|electron\.vite|eslint|jest|knip|lint-staged|metro|next|nuxt|playwright|postcss|prettier|release|rollup|rolldown|stylelint|svelte|tsdown|tsup|typedoc|uno|vite|vitest|vue|webpack)(?:\.[\w-]+)*\.config(?:\.[\w-]+)?\.[mc]?[jt]s|[^/]+\.(?:test|spec|stories|cy)\.[mc]?[jt]sx?|__(?:tests|mocks)__\/.*|\.storybook\/.*|(?:cypress|e2e)\/.*)$/;
/** Matches a quoted import, or `url(…)` without quotes, with Sass's `~` or `pkg:`, or with the package's folder. */
const SPECIFIER =
  /(?:["'`]|url\(\s*["']?)(?:~|npm:|pkg:|(?:\.{0,2}\/)*node_modules\/)?((?:@[\w.~-]+\/)?[a-z\d][\w.~-]*)(?=[/"'`?)])/gi;
/** Packages that a library's components import but its manifest does not list, so that a project lists them. */
const UNDECLARED: [library: string, needed: string[]][] = [
  ["primevue", ["chart.js", "quill"]],
  ["primereact", ["chart.js", "quill"]],
];
/** Packages that a compiler's output imports but no source does. */
const JSX_RUNTIMES = ["react", "preact", "solid-js", "@emotion/react", "vue"];
/**
 * Packages that the output of Vite plugins imports. Package managers install them as peers, so a manifest may lack
 * them.
 */
const RUNTIMES: [plugin: string, runtimes: string[]][] = [
  ["@preact/preset-vite", ["preact"]],
  ["@vitejs/plugin-react", ["react", "react-dom"]],
  ["@vitejs/plugin-react-swc", ["react", "react-dom"]],
  ["@vitejs/plugin-vue", ["vue"]],
  ["vite-plugin-solid", ["solid-js"]],
  ["@sveltejs/vite-plugin-svelte", ["svelte"]],
];

/**
 * Finds the dependencies that an app's own files import, with those of their compiled output, so that unused ones cost
 * nothing. Used workspace packages count as the app's own files, and their dependencies as its own; and the packages of the folders
 * around each are found from it, as Node finds them: https://nodejs.org/api/modules.html#loading-from-node_modules-folders
 * @param root the app's folder, "" for the project's
 * @returns ranges by name, of the first field that has it; `catalog:` is resolved
 */
export function wantedOf(files: SourceFiles, manifest: DependencyFields, root: string): Record<string, string> {
  const workspace = workspaceOf(files);
  const wanted = new Map<string, string>();
  const seen = new Set<string>();
  const queue = [{ folder: root, manifest }];
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    if (seen.has(next.folder)) continue;
    seen.add(next.folder);
    const ranges = new Map([...rangesAbove(files, next.folder), ...rangesOf(files, next.manifest)]);
    for (const [name, version] of undeclared(files, next.folder, ranges)) ranges.set(name, version);
    const names = mentioned(files, next.folder, ranges);
    if (next.folder === root) addDeclared(loadedBy(filesLedTo(files, root)), names, ranges);
    for (const name of names) {
      const range = ranges.get(name);
      if (range === undefined || wanted.has(name)) continue;
      wanted.set(name, range);
      const folder = localFolder(range, next.folder) ?? workspace.get(name);
      if (folder !== undefined) queue.push({ folder, manifest: manifestAt(files, folder) });
    }
  }
  return Object.fromEntries([...wanted].sort(([a], [b]) => (a < b ? -1 : 1)));
}

const IMPORT =
  /\b(?:from|import)\s*\(?\s*(?:\/\*(?:[^*]|\*(?!\/)){0,200}\*\/\s*){0,4}["']((?:@[\w.-]+\/)?[\w][\w.-]*)(?:\/[^"'\n]*)?["']/g;
const MODULE = /\.(?:[mc]?[jt]sx?|vue|svelte)$/;
/** What style sheets load from packages: other style sheets, and Tailwind plugins. */
const OF_SHEET =
  /@(?:import|plugin|use|forward|reference|config)\s+(?:url\(\s*)?["'](?:~|pkg:|(?:\.{0,2}\/)*node_modules\/)?((?:@[\w.-]+\/)?[a-z\d][\w.-]*)(?:\/[^"'\n]*)?["']/gi;
const SHEET = /\.(?:css|s[ac]ss|less|vue|svelte)$/;
/** A Tailwind configuration, whose plugins may be loaded with `require`. */
const REQUIRED = /\brequire\(\s*["']((?:@[\w.-]+\/)?[\w][\w.-]*)(?:\/[^"'\n]*)?["']/g;
const OF_TAILWIND = /(?:^|\/)tailwind\.config\.[mc]?[jt]s$/;

/**
 * Finds the packages that modules and style sheets import but package.json does not list. npm, yarn and bun install
 * transitive dependencies beside direct ones, where such imports find them by chance. A lock has their versions.
 */
function undeclared(
  files: SourceFiles,
  folder: string,
  declared: ReadonlyMap<string, string>,
): [name: string, version: string][] {
  const locks = ["package-lock.json", "yarn.lock", "bun.lock"].flatMap(
    (name) => readText(files, folder === "" ? name : `${folder}/${name}`) ?? readText(files, name) ?? [],
  );
  if (locks.length === 0) return [];
  const own = [...files].filter(([path]) => path.startsWith(folder === "" ? "" : `${folder}/`));
  const runtimes = RUNTIMES.flatMap(([plugin, names]) => (declared.has(plugin) ? names : []));
  return [...loadedBy(new Map(own)), ...runtimes].flatMap((name): [string, string][] => {
    if (declared.has(name)) return [];
    const version = locks.flatMap((lock) => lockedVersion(lock, name) ?? [])[0];
    return version === undefined ? [] : [[name, version]];
  });
}

/** The packages that files load, except configurations and tests. */
function loadedBy(files: SourceFiles): string[] {
  const names = new Set<string>();
  for (const [path, content] of files) {
    if (FOR_TOOLS.test(path) || typeof content !== "string") continue;
    for (const pattern of loadsOf(path))
      for (const [, name = ""] of content.matchAll(pattern)) if (!NODE_MODULE.test(name)) names.add(name);
  }
  return [...names];
}

/** The ways in which a file of the app loads a package. */
const loadsOf = (path: string): RegExp[] => [
  ...(MODULE.test(path) ? [IMPORT] : []),
  ...(SHEET.test(path) ? [OF_SHEET] : []),
  ...(OF_TAILWIND.test(path) ? [REQUIRED] : []),
];

/** The version of a package at the top of npm's or bun's folder, or the first in yarn's lock. */
function lockedVersion(lock: string, name: string): string | undefined {
  const npm = lock.indexOf(`"node_modules/${name}": {`);
  if (npm >= 0) return /"version":\s*"([^"]+)"/.exec(lock.slice(npm, npm + MAX_ENTRY))?.[1];
  const bun = lock.indexOf(`"${name}": ["${name}@`);
  if (bun >= 0) return /\["(?:@[^"@]+|[^"@]+)@([^"]+)"/.exec(lock.slice(bun, bun + MAX_ENTRY))?.[1];
  const yarn = [`\n${name}@`, `\n"${name}@`].map((start) => lock.indexOf(start)).find((at) => at >= 0);
  return yarn === undefined ? undefined : /\n {2}version:? "?([\w.+-]+)/.exec(lock.slice(yarn, yarn + MAX_ENTRY))?.[1];
}

/** Maximum offset of the version from the start of a lock entry. */
const MAX_ENTRY = 2_000;

function rangesOf(files: SourceFiles, manifest: DependencyFields): Map<string, string> {
  const ranges = new Map<string, string>();
  for (const field of FIELDS) {
    for (const [name, range] of Object.entries(manifest[field] ?? {})) {
      if (!ranges.has(name)) ranges.set(name, range.startsWith("catalog:") ? catalogRange(files, name, range) : range);
    }
  }
  return ranges;
}

/** The ranges in the manifests around a folder, nearest first. */
function rangesAbove(files: SourceFiles, folder: string): Map<string, string> {
  const ranges = new Map<string, string>();
  for (let at = folder; at !== ""; ) {
    at = at.slice(0, Math.max(0, at.lastIndexOf("/")));
    for (const [name, range] of rangesOf(files, manifestAt(files, at))) if (!ranges.has(name)) ranges.set(name, range);
  }
  return ranges;
}

/** pnpm defines catalogs in pnpm-workspace.yaml, bun in the root's package.json. */
function catalogRange(files: SourceFiles, name: string, range: string): string {
  const catalog = range.slice("catalog:".length).trim();
  const root = parsed(files, "package.json");
  for (const source of [workspaceYaml(files), objectOf(root.workspaces), root]) {
    const isDefault = catalog === "" || catalog === "default";
    const ranges = isDefault
      ? (source.catalog ?? objectOf(source.catalogs).default)
      : objectOf(source.catalogs)[catalog];
    const found = textOf(objectOf(ranges)[name]);
    if (found !== undefined) return found;
  }
  return range;
}

function localFolder(range: string, from: string): string | undefined {
  const target = /^(?:file|link|portal):(.+)$/.exec(range)?.[1];
  if (target === undefined) return undefined;
  const segments: string[] = from === "" ? [] : from.split("/");
  for (const segment of target.split("/")) {
    if (segment === "..") segments.pop();
    else if (segment !== "" && segment !== ".") segments.push(segment);
  }
  return segments.join("/");
}

/** Returns the declared names that the files of a folder mention. */
function mentioned(files: SourceFiles, folder: string, declared: ReadonlyMap<string, string>): Set<string> {
  const names = new Set<string>();
  const extensions = new Set<string>();
  const sources: string[] = [];
  const prefix = folder === "" ? "" : `${folder}/`;
  for (const [path, content] of files) {
    const inside = path.startsWith(prefix) ? path.slice(prefix.length) : "";
    if (typeof content !== "string" || !SOURCES.test(inside)) continue;
    // The configuration may be in several files.
    if (!inside.startsWith("src/")) addDeclared([...autoImported(content), ...copied(content)], names, declared);
    if (FOR_TOOLS.test(inside)) continue;
    if (/(?:^|\/)(?:node_modules|dist|build)\//.test(inside)) continue;
    extensions.add(inside.slice(inside.lastIndexOf(".") + 1).toLowerCase());
    addDeclared(namesIn(content), names, declared);
    sources.push(content);
  }
  for (const path of VITE_CONFIGS) {
    addDeclared(aliasTargets(readText(files, prefix + path) ?? "", sources), names, declared);
  }
  addDeclared(implied(files, prefix, extensions, names), names, declared);
  return names;
}

function addDeclared(found: string[], names: Set<string>, declared: ReadonlyMap<string, string>): void {
  for (const name of found) if (declared.has(name)) names.add(name);
}

const namesIn = (source: string): string[] => [...source.matchAll(SPECIFIER)].flatMap(([, name]) => name ?? []);

const WRITES_IMPORTS =
  /unplugin-(auto-import|vue-components|vue-router)|vite-plugin-(pages|vue-layouts)|(rollup-|@rollup\/|vite-)plugin-inject/;

/** The packages that a configuration's plugins import into the app's files, which do not import them. */
function autoImported(config: string): string[] {
  if (!WRITES_IMPORTS.test(config)) return [];
  const named = namesIn(config).filter((name) => !BUILD_TOOL.test(name));
  const resolved = RESOLVERS.flatMap(([resolver, name]) => (config.includes(resolver) ? [name] : []));
  return [...named, ...resolved, ...(named.includes("@vueuse/core") ? ["@vueuse/metadata"] : [])];
}

/** A package's folder, or its manifest, by which a configuration finds the folder. */
const COPIED = /(?:node_modules\/|\bresolve\(\s*["'])((?:@[\w.-]+\/)?[\w][\w.-]*)/g;

/** The packages whose files a configuration copies to the output. */
function copied(config: string): string[] {
  if (!config.includes("vite-plugin-static-copy")) return [];
  return [...config.matchAll(COPIED)].flatMap(([, name]) => name ?? []);
}

const VITE_CONFIGS = ["ts", "js", "mts", "mjs", "cts", "cjs"].map((extension) => `vite.config.${extension}`);
/** A property of an object, with the expression on its line. */
const PROPERTY = /(?:["']([^"'\n]+)["']|([\w$]+))\s*:\s*([^,{\n]*["'][^,{\n]*)/g;

/**
 * The packages to which a configuration's aliases lead, which sources need not name: `"lodash": "lodash-es"`, and
 * `"sonner@2.0.3": "sonner"` for imports with a version.
 */
function aliasTargets(config: string, sources: readonly string[]): string[] {
  const isImported = (name: string): boolean =>
    sources.some((source) => source.includes(`"${name}`) || source.includes(`'${name}`));
  return [...config.matchAll(PROPERTY)].flatMap(([, quoted, bare, expression = ""]) => {
    const name = quoted ?? bare ?? "";
    return bare === "replacement" || isImported(name) ? namesIn(expression) : [];
  });
}

const BUILD_TOOL = /vite|unplugin|unocss|rollup|eslint|^node:|devtools|markdown-it|postcss|terser/;
const RESOLVERS: [resolver: string, packageName: string][] = [
  ["VueRouterAutoImports", "vue-router"],
  ["ElementPlusResolver", "element-plus"],
  ["ElementPlusResolver", "@element-plus/icons-vue"],
  ["AntDesignVueResolver", "ant-design-vue"],
  ["NaiveUiResolver", "naive-ui"],
  ["VantResolver", "vant"],
  ["ArcoResolver", "@arco-design/web-vue"],
  ["TDesignResolver", "tdesign-vue-next"],
  ["PrimeVueResolver", "primevue"],
];

function implied(
  files: SourceFiles,
  prefix: string,
  extensions: ReadonlySet<string>,
  names: ReadonlySet<string>,
): string[] {
  const hasJsx = ["jsx", "tsx", "js", "mdx"].some((extension) => extensions.has(extension));
  const source = /"jsxImportSource"\s*:\s*"([^"]+)"/;
  const configured = ["tsconfig.json", "tsconfig.app.json", "jsconfig.json"].flatMap(
    (name) => source.exec(readText(files, prefix + name) ?? readText(files, name) ?? "")?.[1] ?? [],
  );
  return [
    ...(hasJsx ? [...JSX_RUNTIMES, ...configured] : []),
    ...(extensions.has("vue") ? ["vue"] : []),
    ...(extensions.has("svelte") ? ["svelte"] : []),
    ...(extensions.has("graphql") || extensions.has("gql") ? ["graphql"] : []),
    ...(hasJsx || names.has("react") ? ["react-dom"] : []),
    ...UNDECLARED.flatMap(([library, needed]) => (names.has(library) ? needed : [])),
  ];
}

function manifestAt(files: SourceFiles, folder: string): DependencyFields {
  const manifest = parsed(files, folder === "" ? "package.json" : `${folder}/package.json`);
  const ranges = (field: string) =>
    Object.fromEntries(
      Object.entries(objectOf(manifest[field])).filter(
        (entry): entry is [string, string] => typeof entry[1] === "string",
      ),
    );
  return Object.fromEntries(FIELDS.map((field) => [field, ranges(field)]));
}
