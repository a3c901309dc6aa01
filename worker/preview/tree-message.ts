import type { SourceTree } from "../contract/index.ts";

type Files = SourceTree["files"];

/** The runtime refuses RPC messages above 32 MiB; the rest is for paths and the message's envelope. */
const maxContentBytes = 30 * 2 ** 20;

/**
 * Omits the largest assets of a tree whose files one message cannot carry, and lists them as `beyond`, so that the app is
 * built without them. Omits assets first that no source can name, such as the pictures of a chat that a builder keeps
 * beside the app. Keeps all sources: without one the rest would be a different program.
 * @param maxBytes the maximum size of all contents together
 */
export function treeMessage(tree: SourceTree, maxBytes = maxContentBytes): SourceTree {
  let total = tree.files.reduce((sum, file) => sum + messageBytes(file), 0);
  if (total <= maxBytes) return tree;
  const assets = tree.files
    .filter(({ encoding }) => encoding === "base64")
    .toSorted((a, b) => b.content.length - a.content.length);
  const unnamed = unnamedOf(tree.files, assets);
  const left = new Set<Files[number]>();
  for (const asset of [...unnamed, ...assets.filter((one) => !unnamed.has(one))]) {
    if (total <= maxBytes) break;
    left.add(asset);
    total -= messageBytes(asset);
  }
  const beyond = [...left].map((asset) => ({
    path: asset.path,
    bytes: Math.floor((asset.content.length * 3) / 4),
    ...(unnamed.has(asset) && { isUnnamed: true }),
  }));
  return { ...tree, files: tree.files.filter((file) => !left.has(file)), beyond };
}

/** Folders whose files have addresses of their own, which a program may compose at run time. */
const SERVED = /(^|\/)(public|static|assets|dist|docs)\//;
/** Code that looks for files by a pattern or a folder. */
const PATTERNS = /\bimport\.meta\.glob|\brequire\.context\b|\bnew URL\(\s*`|\bimport\(\s*`/;

/** The assets that no source can load: no text contains their names, and no code looks for files by a pattern. */
function unnamedOf(files: Files, assets: Files): Set<Files[number]> {
  const texts = files.flatMap(({ content, encoding }) => (encoding === "base64" ? [] : [content]));
  // Without a build each file is served, and a page may compose its address at run time.
  const isBuilt = files.some(({ path }) => /(^|\/)package\.json$/.test(path));
  if (!isBuilt || texts.some((content) => PATTERNS.test(content))) return new Set();
  const isNamed = ({ path }: Files[number]): boolean => {
    const name = path.slice(path.lastIndexOf("/") + 1);
    return SERVED.test(path) || texts.some((content) => content.includes(name) || content.includes(encodeURI(name)));
  };
  return new Set(assets.filter((asset) => !isNamed(asset)));
}

/** The size of a content in a message: a string with a character beyond Latin-1 takes two bytes per character. */
const messageBytes = ({ content }: Files[number]): number =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the whole of Latin-1
  /[^\u0000-\u00ff]/.test(content) ? content.length * 2 : content.length;
