import type { Buffer } from "node:buffer";
import type { Plan } from "../../billing/index.ts";
import { type Encoding, type ImportReport, type SkippedFile, skipReasons } from "../../contract/index.ts";
import { fileLimit } from "../file-limit.ts";
import { assetsBeyondLimit } from "../tree-limit.ts";
import type { ArchiveEntry, ArchiveSource } from "./archive-source.ts";
import { choiceFile, chooseRoot } from "./choose-root.ts";
import { collectEntries, type Located } from "./collect-entries.ts";
import { buildOutputs, possibleOutput } from "./ignored-paths.ts";
import { tarSource } from "./tar-source.ts";
import { zipSource } from "./zip-source.ts";

type ArchivedFile = { path: string; content: string; encoding: Encoding };

export type OpenArchive = {
  /** What is left out, and which folder of it is built. */
  report: ImportReport;
  /** The files of the project, one after the other, each unpacked when it is asked for. */
  files(): AsyncGenerator<ArchivedFile>;
};

/** As many entries of what was left out are kept with a project and shown. */
const maxSkipped = 200;

/**
 * Opens a zip or a gzipped tar, which its first bytes tell apart, and decides what of it becomes the project. All that the
 * archive says of its entries is checked before a file is given out.
 * @throws AppError `invalid_archive` or `invalid_path` with the entry's name, `project_too_large`; `files` too, where an
 *   entry is not what the archive says
 */
export async function openArchive(bytes: Uint8Array, plan: Plan): Promise<OpenArchive> {
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  return isGzip ? open(tarSource(bytes), bytes.length, plan) : open(zipSource(bytes), bytes.length, plan);
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
  const isLarge = ({ path, entry }: Located<Entry>) => entry.bytes > fileLimit(path, plan);
  const small = sources.filter((one) => !isLarge(one));
  const beyond = assetsBeyondLimit(
    small.map(({ path, entry: { bytes } }) => ({ path, bytes })),
    plan,
  );
  const left = new Set(beyond.map(({ path }) => path));
  const kept = small.filter(({ path }) => !left.has(path));
  const { root, roots, choice } = chooseRoot(pathsOf(kept), texts);
  const all: SkippedFile[] = [
    ...withOutputs(skipped, outputs, files),
    ...sources
      .filter(isLarge)
      .map(({ path, entry }): SkippedFile => ({ path, bytes: entry.bytes, reason: "file_too_large" })),
    ...beyond,
  ].sort(byRelevance);
  return {
    report: { skipped: all.slice(0, maxSkipped), skippedTotal: all.length, root, roots },
    files: () => filesOf(source, kept, isOwnExport ? null : choice),
  };
}

const pathsOf = (files: Located<unknown>[]): string[] => files.map(({ path }) => path);

const byRelevance = (a: SkippedFile, b: SkippedFile): number =>
  skipReasons.indexOf(a.reason) - skipReasons.indexOf(b.reason) || b.bytes - a.bytes;

/** What was left out, with each build output as one entry for all that is in it. */
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

const deciding = /(^|\/)(package\.json|edgesmith\.json|[^/]+\.html)$/;
const maxTexts = 1_000;
const maxTextBytes = 256 * 1024;

/** The texts that decide what of an archive is taken: manifests, settings and pages, of a size that is written by hand. */
async function readTexts<Entry extends ArchiveEntry>(
  source: ArchiveSource<Entry>,
  files: Located<Entry>[],
): Promise<Map<string, string>> {
  const paths = new Map<Entry, string>();
  for (const { path, entry } of files) {
    if (paths.size < maxTexts && entry.bytes <= maxTextBytes && deciding.test(path)) paths.set(entry, path);
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
  choice: string | null,
): AsyncGenerator<ArchivedFile> {
  const paths = new Map(kept.map(({ path, entry }) => [entry, path]));
  for await (const { entry, content } of source.read(new Set(paths.keys()))) {
    const path = paths.get(entry);
    if (path === undefined || (path === choiceFile && choice !== null)) continue;
    yield { path, ...textOrBytes(content) };
  }
  if (choice !== null) yield { path: choiceFile, content: choice, encoding: "utf-8" };
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Clean UTF-8 is text; anything else, NUL included, is kept as base64. */
function textOrBytes(bytes: Buffer): { content: string; encoding: Encoding } {
  if (!bytes.includes(0)) {
    try {
      return { content: utf8.decode(bytes), encoding: "utf-8" };
    } catch {
      // Not UTF-8: kept as the bytes it is, below.
    }
  }
  return { content: bytes.toString("base64"), encoding: "base64" };
}
