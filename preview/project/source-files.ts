import type { SourceTree } from "../../worker/contract/preview-rpc.ts";

/** A project's files by path: text as text, everything else as bytes. */
export type SourceFiles = ReadonlyMap<string, string | Uint8Array>;

/** Decodes a tree as it came over the wire. */
export function sourceFiles(tree: SourceTree): SourceFiles {
  return new Map(
    tree.files.map((file) => [file.path, file.encoding === "base64" ? bytesOf(file.content) : file.content]),
  );
}

/** Reads a file's text without the byte order mark that editors on Windows write; null for a missing or binary file. */
export function readText(files: SourceFiles, path: string): string | null {
  const content = files.get(path);
  return typeof content === "string" ? content.replace(/^\ufeff/, "") : null;
}

function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
