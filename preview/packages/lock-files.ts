import { YAMLParseError } from "yaml";
import type { Diagnostic } from "../../worker/contract/preview-rpc.ts";
import { readText, type SourceFiles } from "../project/source-files.ts";
import { readBunLock } from "./bun-lock.ts";
import { type Lock, objectOf, textOf } from "./lock.ts";
import { readNpmLock } from "./npm-lock.ts";
import { readPnpmLock } from "./pnpm-lock.ts";
import { readYarnLock } from "./yarn-lock.ts";

export type { Lock } from "./lock.ts";

type Reader = (source: string, text: string, app: string) => Lock;

/** Order of preference among locks that cover the same number of dependencies. */
const READERS: [file: string, read: Reader][] = [
  ["npm-shrinkwrap.json", readNpmLock],
  ["package-lock.json", readNpmLock],
  ["pnpm-lock.yaml", readPnpmLock],
  ["yarn.lock", readYarnLock],
  ["bun.lock", readBunLock],
];
const DEPENDENCY_FIELDS = ["dependencies", "devDependencies", "optionalDependencies"];

/**
 * Reads the lock of an app: in its own folder, or in the nearest parent with one, as workspaces do. Of several, the
 * one with most of package.json's dependencies wins.
 * @param root the app's folder, "" for the project's
 * @returns null when no lock can be parsed
 */
export function readLocks(files: SourceFiles, root: string): Lock | null {
  return findLocks(files, root).lock;
}

/**
 * Like {@link readLocks}, but reports an unreadable lock as a warning, at its path in the project (`/web/yarn.lock`)
 * instead of in the app.
 */
export function findLocks(files: SourceFiles, root: string): { lock: Lock | null; diagnostics: Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  for (let folder: string | null = root; folder !== null; folder = parentOf(folder)) {
    const app = folder === "" ? root : root.slice(folder.length + 1);
    const locks: Lock[] = [];
    for (const [file, read] of READERS) {
      const path = folder === "" ? file : `${folder}/${file}`;
      const text = readText(files, path);
      if (text === null || text.trim() === "") continue;
      const lock = attempt(() => read(path, text, app));
      if (typeof lock === "string") diagnostics.push(unreadable(path, lock));
      else locks.push(lock);
    }
    if (locks.length > 0) return { lock: bestOf(locks, directDependencies(files, root)), diagnostics };
  }
  return { lock: null, diagnostics };
}

function parentOf(folder: string): string | null {
  if (folder === "") return null;
  return folder.includes("/") ? folder.slice(0, folder.lastIndexOf("/")) : "";
}

function attempt(read: () => Lock): Lock | string {
  try {
    return read();
  } catch (failure) {
    if (failure instanceof SyntaxError || failure instanceof YAMLParseError)
      return failure.message.split("\n")[0] ?? "";
    throw failure;
  }
}

function unreadable(path: string, reason: string): Diagnostic {
  const message = `This lock file can't be read, so it decides no versions: ${reason}`;
  return { path: `/${path}`, line: 1, column: 1, severity: "warning", message };
}

function bestOf(locks: Lock[], dependencies: [name: string, range: string][]): Lock | null {
  const decided = (lock: Lock) =>
    dependencies.filter(([name, range]) => lock.version({ name, range, parent: "", parentKey: null }) !== null).length;
  const counted = locks.map((lock) => ({ lock, count: decided(lock) }));
  return counted.sort((a, b) => b.count - a.count)[0]?.lock ?? null;
}

function directDependencies(files: SourceFiles, root: string): [string, string][] {
  const manifest = parseManifest(readText(files, root === "" ? "package.json" : `${root}/package.json`));
  return DEPENDENCY_FIELDS.flatMap((field) =>
    Object.entries(objectOf(manifest[field])).map(([name, range]): [string, string] => [name, textOf(range) ?? ""]),
  );
}

/** The build reports a manifest that is not JSON; here, such a manifest only has no dependencies. */
function parseManifest(text: string | null): Record<string, unknown> {
  try {
    return objectOf(JSON.parse(text ?? "{}"));
  } catch (failure) {
    if (failure instanceof SyntaxError) return {};
    throw failure;
  }
}
