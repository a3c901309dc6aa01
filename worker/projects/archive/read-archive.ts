import type { Buffer } from "node:buffer";
import type { Plan } from "../../billing/index.ts";
import { type Encoding, type ImportReport, type SkippedFile, skipReasons } from "../../contract/index.ts";
import { importedFileLimit } from "../file-limit.ts";
import { assetsBeyondLimit } from "../tree-limit.ts";
import type { ArchiveEntry, ArchiveSource } from "./archive-source.ts";
import { choiceFile, chooseRoot } from "./choose-root.ts";
import { collectEntries, type Located } from "./collect-entries.ts";
import { envPrefixesIn, isEnvironmentFile, type SplitFile, splitEnvironmentFile } from "./environment-files.ts";
import { folderSource } from "./folder-source.ts";
import { buildOutputs, possibleOutput } from "./ignored-paths.ts";
import { tarSource } from "./tar-source.ts";
import { zipSource } from "./zip-source.ts";

type ArchivedFile = { path: string; content: string; encoding: Encoding };

/** An archive whose files are chosen but not unpacked yet. */
export type OpenArchive = {
  /** The report of the omitted files and the folder that is built. */
  report: ImportReport;
  /** Yields the project's files one after the other, each unpacked on demand. */
  files(): AsyncGenerator<ArchivedFile>;
};

/** The maximum numbers of entries in a report. */
const maxSkipped = 200;
const maxProposed = 200;

/**
 * Opens a zip or a gzipped tar, distinguished by their first bytes, and chooses the project's files. Validates the
 * archive's whole listing before it yields a file.
 * @param folder the one folder of a Git host's tar to open; absent for all of the archive
 * @throws AppError `invalid_archive` or `invalid_path` with the entry's name, `project_too_large`; `files` throws too,
 * when an entry differs from the listing
 */
export async function openArchive(bytes: Uint8Array, plan: Plan, folder?: string): Promise<OpenArchive> {
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  if (!isGzip) return open(zipSource(bytes), bytes.length, plan);
  const tar = tarSource(bytes);
  return open(folder === undefined ? tar : folderSource(tar, folder, bytes.length), bytes.length, plan);
}

async function open<Entry extends ArchiveEntry>(
  source: ArchiveSource<Entry>,
  packedBytes: number,
  plan: Plan,
): Promise<OpenArchive> {
  const { files, skipped, isOwnExport } = await collectEntries(source, packedBytes, plan);
  const texts = await readTexts(source, files);
  const outputs = isOwnExport ? new Set<string>() : buildOutputs(pathsOf(files), texts);
  const sources = files.filter(({ path }) => !outputs.has(possibleOutput(path) ?? ""));
  const isLarge = ({ path, entry }: Located<Entry>) => entry.bytes > importedFileLimit(path, plan);
  const small = sources.filter((located) => !isLarge(located));
  const beyond = assetsBeyondLimit(
    small.map(({ path, entry: { bytes } }) => ({ path, bytes })),
    plan,
  );
  const split = isOwnExport ? new Map<string, SplitFile>() : splitFiles(small, texts);
  const left = new Set(beyond.map(({ path }) => path));
  const kept = small.filter(({ path }) => !left.has(path) && split.get(path)?.text !== null);
  const { root, roots, choice } = chooseRoot(pathsOf(kept), texts);
  const all: SkippedFile[] = [
    ...withOutputs(skipped, outputs, files),
    ...sources
      .filter(isLarge)
      .map(({ path, entry }): SkippedFile => ({ path, bytes: entry.bytes, reason: "file_too_large" })),
    ...beyond,
    ...small
      .filter(({ path }) => split.get(path)?.isChanged)
      .map(({ path, entry }): SkippedFile => ({ path, bytes: entry.bytes, reason: "environment" })),
  ].sort(byRelevance);
  return {
    report: {
      skipped: all.slice(0, maxSkipped),
      skippedTotal: all.length,
      environment: [...split.values()].flatMap(({ proposed }) => proposed).slice(0, maxProposed),
      root,
      roots,
    },
    files: () => filesOf(source, kept, { choice: isOwnExport ? null : choice, split }),
  };
}

const pathsOf = (files: Located<unknown>[]): string[] => files.map(({ path }) => path);

const byRelevance = (a: SkippedFile, b: SkippedFile): number =>
  skipReasons.indexOf(a.reason) - skipReasons.indexOf(b.reason) || b.bytes - a.bytes;

/** Returns the skipped entries, with each build output summed up as one entry. */
function withOutputs<Entry extends ArchiveEntry>(
  skipped: SkippedFile[],
  outputs: Set<string>,
  files: Located<Entry>[],
): SkippedFile[] {
  const bytesIn = new Map([...outputs].map((folder) => [folder, 0]));
  const add = (path: string, bytes: number): boolean => {
    const folder = possibleOutput(path) ?? "";
    const before = bytesIn.get(folder);
    if (before === undefined) return false;
    bytesIn.set(folder, before + bytes);
    return true;
  };
  for (const { path, entry } of files) add(path, entry.bytes);
  const others = skipped.filter(({ path, bytes }) => !add(path, bytes));
  return [...others, ...[...bytesIn].map(([path, bytes]): SkippedFile => ({ path, bytes, reason: "build_output" }))];
}

/** Splits the files that may contain keys. Omits a file that was too large to read. */
function splitFiles(files: Located<unknown>[], texts: ReadonlyMap<string, string>): Map<string, SplitFile> {
  const paths = pathsOf(files).filter(isEnvironmentFile);
  const prefixes = [...texts].flatMap(([path, text]) => (viteConfig.test(path) ? envPrefixesIn(text) : []));
  return new Map(
    paths.map((path) => {
      const content = texts.get(path);
      const unread: SplitFile = { text: null, isChanged: true, proposed: [] };
      return [path, content === undefined ? unread : splitEnvironmentFile(path, content, prefixes)];
    }),
  );
}

const viteConfig = /(^|\/)vite\.config\.[cm]?[jt]s$/;
const deciding = /(^|\/)(package\.json|edgesmith\.json|vite\.config\.[cm]?[jt]s|[^/]+\.html)$/;
const isDeciding = (path: string): boolean => deciding.test(path) || isEnvironmentFile(path);
const maxTexts = 1_000;
const maxTextBytes = 256 * 1024;

/** Reads the texts that the import depends on: manifests, settings, pages and `.env` files, up to a handwritten file's size. */
async function readTexts<Entry extends ArchiveEntry>(
  source: ArchiveSource<Entry>,
  files: Located<Entry>[],
): Promise<Map<string, string>> {
  const paths = new Map<Entry, string>();
  for (const { path, entry } of files) {
    if (paths.size < maxTexts && entry.bytes <= maxTextBytes && isDeciding(path)) paths.set(entry, path);
  }
  const texts = new Map<string, string>();
  for await (const { entry, content } of source.read(new Set(paths.keys()))) {
    const path = paths.get(entry);
    if (path !== undefined) texts.set(path, content.toString());
  }
  return texts;
}

async function* filesOf<Entry extends ArchiveEntry>(
  source: ArchiveSource<Entry>,
  kept: Located<Entry>[],
  { choice, split }: { choice: string | null; split: ReadonlyMap<string, SplitFile> },
): AsyncGenerator<ArchivedFile> {
  const paths = new Map(kept.map(({ path, entry }) => [entry, path]));
  for await (const { entry, content } of source.read(new Set(paths.keys()))) {
    const path = paths.get(entry);
    if (path === undefined || (path === choiceFile && choice !== null)) continue;
    const { text = null, isChanged = false } = split.get(path) ?? {};
    if (isChanged && text !== null) yield { path, content: text, encoding: "utf-8" };
    else yield { path, ...textOrBytes(content) };
  }
  if (choice !== null) yield { path: choiceFile, content: choice, encoding: "utf-8" };
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Decodes clean UTF-8 as text; anything else, NUL included, becomes base64. */
function textOrBytes(bytes: Buffer): { content: string; encoding: Encoding } {
  if (!bytes.includes(0)) {
    try {
      return { content: utf8.decode(bytes), encoding: "utf-8" };
    } catch {
      // Not UTF-8: encoded as base64 below.
    }
  }
  return { content: bytes.toString("base64"), encoding: "base64" };
}
