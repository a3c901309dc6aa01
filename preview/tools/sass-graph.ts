import { folderOf, resolvePath } from "./paths.ts";
import type { StyleFiles, StyleSource } from "./style-files.ts";

/** All files that Sass sheets load, so that the compiler in its isolate needs to ask for nothing and can run synchronously. */
export type SassGraph = {
  /** By absolute path. */
  files: Record<string, string>;
  /** The path that a load means, by `loadKey`. */
  resolved: Record<string, string>;
};

type Load = { url: string; isImport: boolean };

const LOAD = /@(use|forward|import)\s+((?:[^;"'{}@\n]*(?:"[^"\n]*"|'[^'\n]*'))+)|load-css\(\s*("[^"\n]*"|'[^'\n]*')/g;
/**
 * The pattern matches strings, so that no comment starts inside one; `//` of a URL outside of strings starts none
 * either.
 */
const COMMENT_OR_STRING = /"[^"\n]*"|'[^'\n]*'|\/\*[\s\S]*?(?:\*\/|$)|(?<!:)\/\/[^\n]*/g;
/** The indented syntax lets quotes away. */
const UNQUOTED_IMPORT = /^\s*@import\s+([^"'\s][^\n]*)$/gm;
const NOT_LOADED = /^(sass:|https?:|\/\/|data:|url\()|#\{/;

/**
 * Separate kinds, since `x.import.scss` is for `@import` only. Sass drops a leading `./` before it calls the importer.
 */
function loadKey(folder: string, { url, isImport }: Load): string {
  return `${isImport ? "import" : "use"}\n${folder}\n${url.replace(/^(\.\/)+/, "")}`;
}

/** Reads the transitive imports of Sass sheets. It omits missing ones. */
export async function readSassGraph(
  sheets: StyleSource[],
  { loadPaths, root }: { loadPaths: string[]; root: string },
  { readFile, resolve }: StyleFiles,
): Promise<SassGraph> {
  const graph: SassGraph = { files: {}, resolved: {} };

  async function find(stem: string, isImport: boolean): Promise<string | null> {
    for (const path of sassCandidates(stem, isImport)) {
      if (path in graph.files) return path;
      const content = await readFile(path);
      if (content === null) continue;
      graph.files[path] = content;
      await visit(path, content);
      return path;
    }
    return null;
  }

  /**
   * Resolves relative to the file, then in the load paths, then by aliases and packages, then in the project's root: the
   * interface of Sass that Vite used before version 6 looks into the working folder.
   */
  async function resolveLoad(folder: string, { url, isImport }: Load): Promise<string | null> {
    const isBare = /^(~|pkg:)/.test(url);
    for (const place of isBare ? [] : [folder, ...loadPaths]) {
      const path = await find(resolvePath(place, url), isImport);
      if (path !== null) return path;
    }
    const stem = await resolve(url.replace(/^(~\/?|pkg:)/, ""), folder);
    const found = stem === null ? null : await find(stem, isImport);
    return found === null && !isBare ? find(resolvePath(root, url), isImport) : found;
  }

  async function visit(path: string, content: string): Promise<void> {
    const folder = folderOf(path);
    for (const load of loadsOf(content)) {
      const found = await resolveLoad(folder, load);
      if (found !== null) graph.resolved[loadKey(folder, load)] = found;
    }
  }

  for (const { path, content } of sheets) await visit(path, content);
  return graph;
}

/** Returns the imports of a sheet. */
function loadsOf(content: string): Load[] {
  const code = content.replace(COMMENT_OR_STRING, (found) => (/^["']/.test(found) ? found : ""));
  const quoted = [...code.matchAll(LOAD)].flatMap(([, kind, list = "", single = ""]) => {
    const texts = (list + single).replace(/\bwith\s*\([\s\S]*$/, "").matchAll(/"([^"]*)"|'([^']*)'/g);
    const urls = [...texts].map(([, inDouble, inSingle]) => inDouble ?? inSingle ?? "");
    return urls.map((url) => ({ url, isImport: kind === "import" }));
  });
  const unquoted = [...code.matchAll(UNQUOTED_IMPORT)].flatMap(([, list = ""]) => list.split(/\s*,\s*/));
  const loads = [...quoted, ...unquoted.map((url) => ({ url: url.trim(), isImport: true }))];
  return loads.filter(({ url }) => !NOT_LOADED.test(url));
}

/** Returns the files that an address may mean to Sass, in its order. */
function sassCandidates(stem: string, isImport: boolean): string[] {
  const slash = stem.lastIndexOf("/") + 1;
  const folder = stem.slice(0, slash);
  const name = stem.slice(slash);
  if (/\.(scss|sass|css)$/.test(name)) return [stem, `${folder}_${name}`];
  const named = (folderPath: string, base: string, suffix: string) =>
    ["scss", "sass", "css"].flatMap((extension) =>
      ["", "_"].map((mark) => `${folderPath}${mark}${base}${suffix}.${extension}`),
    );
  return [
    ...(isImport ? named(folder, name, ".import") : []),
    ...named(folder, name, ""),
    ...(isImport ? named(`${stem}/`, "index", ".import") : []),
    ...named(`${stem}/`, "index", ""),
  ];
}
