import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import type { BatchInput, Operation } from "../../worker/contract/index.ts";
import { languageOf, pathFault } from "../../worker/projects/index.ts";

// A second, minimal implementation of a project's files: a Map for each revision.

export type ModelFile = { bytes: Buffer; encoding: "utf-8" | "base64"; language: string; revision: number };
export type Tree = ReadonlyMap<string, ModelFile>;
export type Stats = { created: number; updated: number; deleted: number; moved: number };
type Step = { tree: Tree; stats: Stats };
/** Revision 0 and every later one. */
export type History = [Step, ...Step[]];

export const noStats: Stats = { created: 0, updated: 0, deleted: 0, moved: 0 };
export const sha256Of = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
export const headOf = (history: History): number => history.length - 1;
export const treeAt = (history: History, number: number): Tree => history[number]?.tree ?? new Map();

/** Returns the codes with which a batch may be refused; empty when it must be accepted. */
export function faultsOf(history: History, input: BatchInput): Set<string> {
  const alone = new Set(input.operations.flatMap(faultsAlone));
  const paths = input.operations.flatMap(pathsOf);
  if (new Set(paths).size < paths.length) alone.add("invalid_request");
  if ((input.expectedRevision ?? 0) > headOf(history)) alone.add("invalid_request");
  if (alone.size > 0) return alone;
  const meeting = new Set(input.operations.flatMap((operation) => faultsMeeting(history, input, operation)));
  if (meeting.size > 0) return meeting;
  return isSound([...treeAfter(history, input.operations).keys()]) ? meeting : new Set(["path_conflict"]);
}

const pathsOf = (operation: Operation): string[] =>
  operation.op === "move" ? [operation.path, operation.to] : [operation.path];

function faultsAlone(operation: Operation): string[] {
  const faults = pathsOf(operation).some((path) => pathFault(path) !== null) ? ["invalid_path"] : [];
  if (!("content" in operation)) return faults;
  const { content, encoding = "utf-8" } = operation;
  const isClean =
    encoding === "base64"
      ? Buffer.from(content, "base64").toString("base64") === content
      : content.isWellFormed() && !content.includes("\0");
  return isClean ? faults : [...faults, "invalid_content"];
}

/** Returns the codes with which an operation may be refused on its tree. */
function faultsMeeting(history: History, { expectedRevision }: BatchInput, operation: Operation): string[] {
  const base = expectedRevision ?? headOf(history);
  const changed = pathsOf(operation).some((path) =>
    history.slice(base + 1).some((step, at) => touches(history, base + 1 + at, step, path)),
  );
  const tree = treeAt(history, headOf(history));
  const there = tree.get(operation.path);
  const expected = "expectedSha256" in operation ? operation.expectedSha256 : undefined;
  const faults: string[] = [];
  if (changed) faults.push("revision_conflict");
  if (expected !== undefined && (there ? sha256Of(there.bytes) !== expected : operation.op === "write")) {
    faults.push("revision_conflict");
  }
  if (operation.op === "create" && there) faults.push("file_exists");
  if (operation.op === "move" && tree.has(operation.to)) faults.push("file_exists");
  if (operation.op !== "create" && operation.op !== "write" && !there) faults.push("file_missing");
  return faults;
}

/** Whether a revision changed a path, or deleted it. */
const touches = (history: History, number: number, { tree }: Step, path: string): boolean =>
  tree.get(path)?.revision === number || (treeAt(history, number - 1).has(path) && !tree.has(path));

/** Whether no path is another's folder, and no two differ by case alone. */
function isSound(paths: string[]): boolean {
  const folds = paths.map((path) => path.toLowerCase().toUpperCase());
  const files = new Set(folds);
  const isFolder = (fold: string) =>
    fold.split("/").some((_, at, parts) => at > 0 && files.has(parts.slice(0, at).join("/")));
  return files.size === paths.length && !folds.some(isFolder);
}

function treeAfter(history: History, operations: Operation[]): Map<string, ModelFile> {
  const before = treeAt(history, headOf(history));
  const tree = new Map(before);
  const revision = headOf(history) + 1;
  for (const operation of operations) {
    if (operation.op === "delete" || operation.op === "move") tree.delete(operation.path);
    const moved = before.get(operation.path);
    if (operation.op === "move" && moved)
      tree.set(operation.to, { ...moved, language: languageOf(operation.to), revision });
    if (!("content" in operation)) continue;
    const { path, content, encoding = "utf-8", language = languageOf(path) } = operation;
    const bytes = Buffer.from(content, encoding === "base64" ? "base64" : "utf8");
    tree.set(path, { bytes, encoding, language, revision });
  }
  return tree;
}

/** Returns the history after a valid batch. */
export function afterBatch(history: History, { operations }: BatchInput): History {
  const before = treeAt(history, headOf(history));
  const stats = { ...noStats };
  for (const operation of operations) {
    if (operation.op === "delete") stats.deleted += 1;
    else if (operation.op === "move") stats.moved += 1;
    else if (before.has(operation.path)) stats.updated += 1;
    else stats.created += 1;
  }
  return [...history, { tree: treeAfter(history, operations), stats }];
}

const isSame = (one: ModelFile, other: ModelFile): boolean =>
  one.bytes.equals(other.bytes) && one.encoding === other.encoding && one.language === other.language;

/** Returns the history after a restore: the new revision changes the files that differ, and no others. */
export function afterRestore(history: History, number: number): History {
  const before = treeAt(history, headOf(history));
  const wanted = treeAt(history, number);
  const stats = { ...noStats, deleted: [...before.keys()].filter((path) => !wanted.has(path)).length };
  const tree = new Map<string, ModelFile>();
  for (const [path, file] of wanted) {
    const held = before.get(path);
    if (held && isSame(held, file)) tree.set(path, held);
    else tree.set(path, { ...file, revision: headOf(history) + 1 });
    if (!held) stats.created += 1;
    else if (!isSame(held, file)) stats.updated += 1;
  }
  return [...history, { tree, stats }];
}

/** Returns a tree as `listFiles` lists it. */
export const listed = (tree: Tree) =>
  [...tree]
    .map(([path, { bytes, encoding, language, revision }]) => ({
      path,
      sha256: sha256Of(bytes),
      bytes: bytes.length,
      language,
      encoding,
      revision,
    }))
    .sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
