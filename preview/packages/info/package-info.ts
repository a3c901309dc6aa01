import { major } from "semver";
import { isPackageName } from "../../../worker/contract/package-name.ts";
import type { PackageContents, PackageInfo, PackageQuery } from "../../../worker/contract/preview-rpc.ts";
import { type AskRegistry, bytesAt, InfoUnavailable } from "./ask-registry.ts";
import { declarationsOf, exportedAgain, exportedNames, namesToShow } from "./declarations.ts";
import { type ArchiveFiles, readArchive } from "./read-archive.ts";
import { chooseVersion, notableVersions, readVersions, type VersionEntry } from "./version-list.ts";

const maxRangeLength = 256;
const maxSentenceLength = 500;
const maxReadmeLength = 4_000;
const maxExports = 60;
const maxTags = 12;

/**
 * Describes a package from its registry data. Executes no code, and reads an archive only when it matches the
 * registry's hash.
 * @returns a message as `problem` when the package is unavailable
 */
export async function packageInfo(ask: AskRegistry, query: PackageQuery): Promise<PackageInfo | { problem: string }> {
  try {
    return await read(ask, query);
  } catch (error) {
    if (error instanceof InfoUnavailable) return { problem: error.message };
    throw error;
  }
}

async function read(ask: AskRegistry, { name, range = "latest", symbol, detail }: PackageQuery): Promise<PackageInfo> {
  if (!isPackageName(name)) throw new InfoUnavailable(`"${name.slice(0, 60)}" is not the name of an npm package.`);
  if (range.length > maxRangeLength) throw new InfoUnavailable(`The version asked of "${name}" is too long.`);
  const list = await readVersions(ask, name);
  const entry = chooseVersion(list, name, range.trim() || "*");
  return {
    name,
    version: entry.version,
    tags: Object.fromEntries([...list.tags].slice(0, maxTags)),
    versions: notableVersions(list),
    ...(entry.deprecated !== null && { deprecated: entry.deprecated.slice(0, maxSentenceLength) }),
    ...(entry.node !== null && { node: entry.node.slice(0, maxRangeLength) }),
    peers: entry.peers.filter((peer) => isPackageName(peer.name) && peer.range.length <= maxRangeLength),
    ...(detail && { contents: await contentsOf(ask, name, entry, symbol) }),
  };
}

const isDeclaration = (path: string): boolean => /\.d\.[cm]?ts$/.test(path);
const isReadme = (path: string): boolean => /^readme(\.md|\.markdown)?$/i.test(path);
const isUseful = (path: string): boolean => path === "package.json" || isReadme(path) || isDeclaration(path);

async function contentsOf(
  ask: AskRegistry,
  name: string,
  entry: VersionEntry,
  symbol: string | undefined,
): Promise<PackageContents> {
  const { files, isCut } = await archiveOf(ask, name, entry);
  const manifest = manifestOf(files.get("package.json"));
  const types = await typesOf(ask, entry, name, files);
  const readme = [...files].find(([path]) => isReadme(path))?.[1] ?? "";
  const declarations = symbol === undefined ? [] : declarationsOf(types.files, symbol);
  return {
    exports: exportPaths(manifest.exports).slice(0, maxExports),
    typesFrom: types.from,
    declarations,
    names: namesToShow(exportedNames(types.files), symbol),
    exportsAgain: exportedAgain(types.files),
    readme: readme.slice(0, maxReadmeLength),
    ...(isCut && { left: "The package is large: only its first files were read." }),
  };
}

async function archiveOf(ask: AskRegistry, name: string, entry: VersionEntry): Promise<ArchiveFiles> {
  const { tarball, integrity } = entry;
  const path = `/${name}/-/${tarball.slice(tarball.lastIndexOf("/") + 1)}`;
  return readArchive(await bytesAt(ask, path, "*/*", name), integrity, name, isUseful);
}

type Types = { from: string | null; files: ReadonlyMap<string, string> };

/** Reads a package's declarations, or those of DefinitelyTyped for its major version, or for any version. */
async function typesOf(
  ask: AskRegistry,
  { version }: VersionEntry,
  name: string,
  files: ReadonlyMap<string, string>,
): Promise<Types> {
  const own = new Map([...files].filter(([path]) => isDeclaration(path)));
  if (own.size > 0 || name.startsWith("@types/")) return { from: name, files: own };
  const typesName = `@types/${name.replace(/^@([^/]+)\//, "$1__")}`;
  try {
    const list = await readVersions(ask, typesName);
    const sameMajor = notableVersions(list).find((one) => major(one) === major(version));
    const entry = chooseVersion(list, typesName, sameMajor ?? "latest");
    const archive = await archiveOf(ask, typesName, entry);
    return { from: typesName, files: new Map([...archive.files].filter(([path]) => isDeclaration(path))) };
  } catch (error) {
    // A package without declarations is a finding, not a failure.
    if (error instanceof InfoUnavailable) return { from: null, files: own };
    throw error;
  }
}

function manifestOf(text: string | undefined): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text ?? "{}");
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    throw new InfoUnavailable("The package's package.json is not JSON.");
  }
}

/** Lists a package's import paths: the keys of its `exports`; without them, its name and any file. */
function exportPaths(exports: unknown): string[] {
  if (typeof exports !== "object" || exports === null || Array.isArray(exports)) return ["."];
  const keys = Object.keys(exports).filter((key) => key.startsWith("."));
  return keys.length === 0 ? ["."] : keys;
}
