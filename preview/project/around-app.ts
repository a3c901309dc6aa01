import { join, relative } from "../vite/index.ts";
import type { SourceFiles } from "./source-files.ts";

/** An app's files by path in its folder, and those of the project around it by path in the project. */
export type AppAndAround = { files: SourceFiles; root: string; around: SourceFiles };

/** Returns an app's files with those around it, by their paths from the app's folder, such as `../../packages/ui/src/index.tsx`. */
export function withAround({ files, root, around }: AppAndAround): SourceFiles {
  return around.size === 0 ? files : new Map([...files, ...fromApp(around, root)]);
}

/** Returns files of a project by their paths from an app's folder. */
export function fromApp(around: SourceFiles, root: string): SourceFiles {
  return new Map([...around].map(([path, content]) => [relative(root, path).replace(/^\.\//, ""), content]));
}

/**
 * Returns a file's path in the positions of its elements: from the app's folder, and outside of it from the project's, with a slash before.
 * @param path the path from the app's folder
 * @param root the app's folder in the project
 */
export const placePath = (path: string, root: string): string =>
  path.startsWith("../") ? `/${join(root, path)}` : path;

/**
 * Returns a path from the app's folder by the shortest way: one that leads out of the folder and into it again is that of an app's file.
 * @param root the app's folder in the project
 */
export const shortest = (path: string, root: string): string =>
  path.startsWith("../") ? relative(root, join(root, path)).replace(/^\.\//, "") : path;

const TEXT = /\.(?:[mc]?[jt]sx?|vue|svelte|mdx?|css|pcss|postcss|s[ac]ss|less|json)$/;
/** The way out of a folder, up to the first wildcard of a pattern. */
const WAY_OUT = /(?:\.\.\/)+[\w@.-][\w@./-]*/g;
/** Files of other folders that are no part of the app's scripts and styles: pages, settings and secrets of their own. */
const NOT_SHARED =
  /(^|\/)(package\.json|(?:ts|js)config[^/]*\.json|\.env[^/]*|[^/]*\.html?|[^/]*lock[^/]*\.(json|ya?ml))$|(^|\/)node_modules\//;
const MAX_TEXT_LENGTH = 256_000;

/**
 * Returns the files outside of an app's folder that belong to the app's own: the packages of the same repository that its files name, and
 * folders that its imports, aliases and patterns lead to, with those that these name in turn.
 * @param folders the folders of the repository's packages, by name
 * @param targets further paths in the project that imports may lead to, such as those of aliases
 */
export function filesBeside(
  { files, root, around }: AppAndAround,
  folders: ReadonlyMap<string, string>,
  targets: readonly string[],
): SourceFiles {
  if (around.size === 0 || root === "") return new Map();
  const shared = new SharedFolders(around, root, folders);
  for (const path of targets) shared.add(path);
  for (const [path, content] of files) shared.read(`${root}/${path}`, content);
  const found = new Map<string, string | Uint8Array>();
  for (const folder of shared.found)
    for (const [path, content] of around) {
      if (found.has(path) || !isBelow(path, folder)) continue;
      found.set(path, content);
      shared.read(path, content);
    }
  return fromApp(new Map([...found].filter(([path]) => !NOT_SHARED.test(path))), root);
}

const isBelow = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);

class SharedFolders {
  /** In the order in which they are found, which a loop over them follows. */
  readonly found = new Set<string>();
  readonly #added = new Set<string>();
  readonly #folderPaths = new Set<string>();
  readonly #root: string;
  readonly #folders: ReadonlyMap<string, string>;
  readonly #packages: string[];

  constructor(around: SourceFiles, root: string, folders: ReadonlyMap<string, string>) {
    for (const path of around.keys())
      for (let end = path.indexOf("/"); end >= 0; end = path.indexOf("/", end + 1))
        this.#folderPaths.add(path.slice(0, end));
    this.#root = root;
    this.#folders = folders;
    this.#packages = [...new Set(folders.values())].filter((folder) => !isBelow(root, folder));
  }

  /** Adds the folder of a path outside of the app's: its package's, or the path's own. */
  add(path: string): void {
    if (this.#added.has(path) || isBelow(path, this.#root) || isBelow(this.#root, path)) return;
    this.#added.add(path);
    const ofPackage = this.#packages.find((folder) => isBelow(path, folder));
    if (ofPackage !== undefined) {
      this.found.add(ofPackage);
      return;
    }
    const parent = path.slice(0, Math.max(0, path.lastIndexOf("/")));
    if (this.#folderPaths.has(path)) this.found.add(path);
    else if (parent !== "" && !isBelow(this.#root, parent)) this.found.add(parent);
  }

  /** Adds the folders that a file names. */
  read(path: string, content: string | Uint8Array): void {
    if (typeof content !== "string" || content.length > MAX_TEXT_LENGTH || !TEXT.test(path)) return;
    for (const [name, folder] of this.#folders)
      if (!this.found.has(folder) && [`"${name}`, `'${name}`].some((quoted) => content.includes(quoted)))
        this.add(folder);
    const folder = path.slice(0, Math.max(0, path.lastIndexOf("/")));
    for (const [way] of content.matchAll(WAY_OUT)) {
      const target = join(folder, way);
      if (!target.startsWith("../")) this.add(target);
    }
  }
}
