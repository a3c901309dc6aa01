import { buildsPages, type SkipReason } from "../../contract/index.ts";

/** What of an archive is no part of a project, and why. */
export type Ignored = { path: string; reason: SkipReason };

type Names = readonly string[];
const foldersBy: readonly [SkipReason, Names][] = [
  ["dependencies", ["node_modules", "bower_components", "jspm_packages", ".yarn", ".pnpm-store"]],
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

const files: readonly [SkipReason, RegExp][] = [
  ["system_file", /^(\.DS_Store|\._.*|Thumbs\.db|desktop\.ini)$/],
  ["binary_lockfile", /^bun\.lockb$/],
  ["cache", /^(\.eslintcache|\.stylelintcache|.*\.tsbuildinfo)$/],
  ["dependencies", /^\.pnp\.(cjs|loader\.mjs)$/],
  // A submodule's or a worktree's, which only points to a folder elsewhere.
  ["version_control", /^\.git$/],
];

/**
 * What a path is left out with, by its name alone: the outermost folder that is (with a slash at its end), or the file.
 * Null where the path may be a part of the project.
 */
export function ignoredBy(path: string): Ignored | null {
  for (let end = path.indexOf("/"), start = 0; end >= 0; start = end + 1, end = path.indexOf("/", start)) {
    const reason = reasonOfFolder.get(path.slice(start, end));
    if (reason !== undefined) return { path: path.slice(0, end + 1), reason };
  }
  const name = path.slice(path.lastIndexOf("/") + 1);
  const [reason] = files.find(([, pattern]) => pattern.test(name)) ?? [];
  return reason === undefined ? null : { path, reason };
}

/** Names that a build's output often has, and sources sometimes. */
const outputFolder = /(^|\/)(dist|build|out|coverage)\//;

/** The outermost folder of a path that may be a build's output, with a slash at its end, or null. */
export function possibleOutput(path: string): string | null {
  const found = outputFolder.exec(path);
  return found === null ? null : path.slice(0, found.index + found[0].length);
}

const source = /\.([cm]?[jt]sx?|vue|svelte|astro|mdx?|html?|css|s[ac]ss|less)$/;
const configuration = /(^|\/)([^/]*\.config\.[^/]+|\.[^/]*|README\.md|[^/]*\.d\.ts)$/i;

/**
 * Decides which of the folders that may be a build's output are one. They are where the folder around them is a package
 * that still has its sources: what is built of them comes again. A folder without a package beside it, one that is all there
 * is to show, be it made of sources in ways of its own, and one that a page of the package loads from, stay.
 * @param paths all that may be a part of the project
 * @param texts the texts of the HTML pages and the manifests among them, by path
 * @returns the folders to leave out, with a slash at their ends
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

/** Whether a page loads something from a folder beside it: `src="dist/app.js"`, `href="./build/style.css"`. */
const refersTo = (page: string | undefined, folder: string): boolean =>
  page !== undefined && new RegExp(`(src|href)\\s*=\\s*["']?(\\./|/)?${folder}/`, "i").test(page);
