import type { SourceTree } from "../contract/index.ts";

type Files = SourceTree["files"];

/** The runtime refuses RPC messages above 32 MiB; the rest is for paths and the message's envelope. */
const maxContentBytes = 30 * 2 ** 20;

/**
 * Leaves the largest assets out of a tree whose files one message cannot carry, and lists them as `beyond`, so that the
 * app is built without them. Sources stay: without one the rest would be another program.
 * @param maxBytes maximum of all contents together
 */
export function treeMessage(tree: SourceTree, maxBytes = maxContentBytes): SourceTree {
  let total = tree.files.reduce((sum, file) => sum + messageBytes(file), 0);
  if (total <= maxBytes) return tree;
  const assets = tree.files.filter(({ encoding }) => encoding === "base64");
  const left = new Set<Files[number]>();
  for (const asset of assets.toSorted((a, b) => b.content.length - a.content.length)) {
    if (total <= maxBytes) break;
    left.add(asset);
    total -= messageBytes(asset);
  }
  const beyond = [...left].map(({ path, content }) => ({ path, bytes: Math.floor((content.length * 3) / 4) }));
  return { ...tree, files: tree.files.filter((file) => !left.has(file)), beyond };
}

/** A string with a character beyond Latin-1 is sent with two bytes a character. */
const messageBytes = ({ content }: Files[number]): number =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the whole of Latin-1
  /[^\u0000-\u00ff]/.test(content) ? content.length * 2 : content.length;
