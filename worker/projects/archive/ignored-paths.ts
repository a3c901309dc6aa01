import { buildsPages, type SkipReason } from "../../contract/index.ts";

/** A path of an archive that is not part of a project, and the reason. */
export type Ignored = { path: string; reason: SkipReason };

type Names = readonly string[];
const foldersBy: readonly [SkipReason, Names][] = [
  [
    "dependencies",
    ["node_modules", "bower_components", "jspm_packages", ".yarn", ".pnpm-store", ".venv", "site-packages"],
  ],
  ["version_control", [".git", ".hg", ".svn"]],
  [
    "build_output",
    [".next", ".nuxt", ".output", ".svelte-kit", ".astro", ".vercel", ".netlify", ".docusaurus", ".angular", ".expo"],
  ],
  [
    "cache",
    [".turbo", ".wrangler", ".cache", ".parcel-cache", ".vite", ".nx", ".swc", ".npm", ".nyc_output", "__pycache__"],
  ],
  ["system_file", ["__MACOSX", ".Trashes", ".Spotlight-V100", "$RECYCLE.BIN"]],
];
const reasonOfFolder = new Map(foldersBy.flatMap(([reason, names]) => names.map((name) => [name, reason] as const)));

/** The patches that yarn applies to packages are the project's own, in the folder of packages that it has fetched. */
const PATCHES = ".yarn/patches/";

/**
 * The name of the stream in which Windows records a file's origin. It is not a file on Windows; Linux on Windows creates
 * a file when it copies one with that stream, and writes the colon as U+F03A in some folders.
 */
const zoneIdentifier = /[:\uf03a]Zone\.Identifier$/;
const files: readonly [SkipReason, RegExp][] = [
  ["system_file", /^(\.DS_Store|\._.*|Thumbs\.db|desktop\.ini)$/],
  ["system_file", zoneIdentifier],
  ["binary_lockfile", /^bun\.lockb$/],
  ["cache", /^(\.eslintcache|\.stylelintcache|.*\.tsbuildinfo)$/],
  ["dependencies", /^\.pnp\.(cjs|loader\.mjs)$/],
  // The file of a submodule or a worktree, which only points to a folder elsewhere.
  ["version_control", /^\.git$/],
];

/**
 * Decides by name alone whether to omit a path.
 * @returns the outermost ignored folder (with a trailing slash) or the file, and the reason; null when the path may be
 * part of the project
 */
export function ignoredBy(path: string): Ignored | null {
  for (let end = path.indexOf("/"), start = 0; end >= 0; start = end + 1, end = path.indexOf("/", start)) {
    const reason = reasonOfFolder.get(path.slice(start, end));
    const isOwn = path.startsWith(PATCHES, start);
    if (reason !== undefined && !isOwn) return { path: path.slice(0, end + 1), reason };
  }
  const name = path.slice(path.lastIndexOf("/") + 1);
  const [reason] = files.find(([, pattern]) => pattern.test(name)) ?? [];
  return reason === undefined ? null : { path, reason };
}

/** Returns the path of the file that a `Zone.Identifier` belongs to, and any other path unchanged. */
export const withoutZone = (path: string): string => path.replace(zoneIdentifier, "");

/** Folder names that build outputs often have, and sources sometimes. */
const outputFolder = /(^|\/)(dist|build|out|coverage)\//;

/**
 * Returns the outermost folder of a path that may be a build output, with a trailing slash; null when there is none.
 */
export function possibleOutput(path: string): string | null {
  const found = outputFolder.exec(path);
  return found === null ? null : path.slice(0, found.index + found[0].length);
}

const source = /\.([cm]?[jt]sx?|vue|svelte|astro|mdx?|html?|css|s[ac]ss|less)$/;
/** Handwritten TypeScript: builds emit JavaScript and declarations. */
const typescript = /(?<!\.d)\.[cm]?tsx?$/;
const configuration = /(^|\/)([^/]*\.config\.[^/]+|\.[^/]*|README\.md|[^/]*\.d\.ts)$/i;

/**
 * Decides which possible build outputs really are build output: a folder whose parent is a package that still contains
 * its sources, so that a build restores it. Keeps a folder without a package beside it, with the only page to show, with
 * TypeScript, or from which a page of the package loads or its vite.config imports.
 * @param paths every path that may be part of the project
 * @param texts the texts of the pages and configurations among them, by path
 * @returns the folders to omit, with trailing slashes
 */
export function buildOutputs(paths: string[], texts: ReadonlyMap<string, string>): Set<string> {
  const all = new Set(paths);
  const folders = new Set(paths.flatMap((path) => possibleOutput(path) ?? []));
  const outside = paths.filter((path) => possibleOutput(path) === null);
  const outputs = [...folders].filter((folder) => {
    const parent = folder.replace(/[^/]+\/$/, "");
    const name = folder.slice(parent.length, -1);
    if (name === "coverage" && (all.has(`${folder}lcov.info`) || all.has(`${folder}coverage-final.json`))) return true;
    if (!all.has(`${parent}package.json`)) return false;
    if (paths.some((path) => path.startsWith(folder) && typescript.test(path))) return false;
    const own = outside.filter((path) => path.startsWith(parent));
    const hasSources = own.some((path) => source.test(path) && !configuration.test(path));
    const isPage = all.has(`${folder}index.html`);
    if (!hasSources) return !isPage;
    const isAllToShow = isPage && !own.some(isIndex) && !buildsPages(texts.get(`${parent}package.json`) ?? "");
    return !isAllToShow && !own.some((path) => refersTo(texts.get(path), name));
  });
  return new Set(outputs);
}

const isIndex = (path: string): boolean => /(^|\/)index\.html$/.test(path) && !/(^|\/)(docs?|tests?)\//.test(path);

/**
 * Whether a page loads something from a folder beside it, or a configuration imports from it: `src="dist/app.js"`,
 * `href="./build/style.css"`, `from "./build/plugins"`.
 */
const refersTo = (text: string | undefined, folder: string): boolean =>
  text !== undefined &&
  new RegExp(
    `(src|href)\\s*=\\s*["']?(\\./|/)?${folder}/|(from|import|require\\()\\s*["']\\.{1,2}/${folder}(/|["'])`,
    "i",
  ).test(text);
