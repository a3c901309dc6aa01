import picomatch from "picomatch/posix";
import type { Diagnostic } from "../../worker/contract/preview-rpc.ts";
import { packageNameOf } from "../engine/specifiers.ts";
import type { Installation } from "../packages/install-packages.ts";
import { isQuickGlob, slowGlob } from "../tools/quick-glob.ts";
import { asList, asObject, asString, asStrings, type Data, type DataObject, isTagged } from "../vite/config-data.ts";
import type { ViteSettings } from "../vite/index.ts";
import { within } from "./paths.ts";
import { placeOf } from "./place-of.ts";
import { readText, type SourceFiles } from "./source-files.ts";

type Content = string | Uint8Array;
type Source = { files: SourceFiles; installation: Pick<Installation, "matching" | "versionOf"> };

/** `files`: by address. */
export type CopiedFiles = { files: Map<string, Content>; diagnostics: Diagnostic[] };

const PLUGIN = "vite-plugin-static-copy";
const PROJECT = "/project/";
const PACKAGES = "node_modules/";
/** Since this version a target's folders are kept below its destination, unless `rename` removes them. */
const KEEPS_FOLDERS = 4;
/** Maximum total size of the copies, in bytes: a build holds them in memory. */
const MAX_BYTES = 24 * 2 ** 20;

/** How a target's matches are laid out: as versions before 4 do, whose matches may be folders, or since then. */
type Layout = { isPerFile: boolean; keepsFolders: boolean };

/** A file that a target matches; `matched` is its path, or that of a folder around it. */
type Match = { path: string; matched: string; content: Content };

/**
 * Returns the files that vite-plugin-static-copy copies into the output, from the project or from packages, and a warning for
 * each target that is left out.
 */
export async function copiedFiles({
  vite,
  files,
  installation,
}: Source & { vite: ViteSettings }): Promise<CopiedFiles> {
  const uses = vite.plugins.filter(({ name }) => name === PLUGIN);
  const copies = new Copies({ files, installation }, vite);
  for (const { options } of uses) {
    const given = asObject(options as Data);
    for (const target of asList(given?.targets)) await copies.add(asObject(target), given?.structured === true);
  }
  return { files: copies.files, diagnostics: copies.diagnostics };
}

class Copies {
  readonly files = new Map<string, Content>();
  readonly diagnostics: Diagnostic[] = [];
  readonly #source: Source;
  readonly #vite: ViteSettings;
  readonly #isPerFile: boolean;
  #bytes = 0;

  constructor(source: Source, vite: ViteSettings) {
    this.#source = source;
    this.#vite = vite;
    const major = Number(/\d+/.exec(source.installation.versionOf(PLUGIN) ?? "")?.[0]);
    this.#isPerFile = Number.isNaN(major) || major >= KEEPS_FOLDERS;
  }

  async add(target: DataObject | null, structured: boolean): Promise<void> {
    const dest = destinationOf(asString(target?.dest) ?? "");
    if (target === null || dest === null) return;
    const patterns = asStrings(target.src).map((src) => this.#pathOf(src));
    const slow = patterns.find((pattern) => !isQuickGlob(pattern));
    if (slow !== undefined) return this.#warn(slow, slowGlob(slow));
    if (isTagged(target.rename, "function"))
      return this.#warn(
        "rename",
        `Edgesmith does not call the function in the option "rename" of the plugin "${PLUGIN}". The files of "${patterns.join('", "')}" are missing: put them into public/.`,
      );
    if (isTagged(target.transform, "function") || asObject(target.transform) !== null)
      this.#warn(
        "transform",
        `Edgesmith does not call the function in the option "transform" of the plugin "${PLUGIN}". The files are copied as they are.`,
      );
    const matches = await this.#matchesOf(patterns);
    if (matches.length === 0)
      this.#warn(
        asStrings(target.src)[0] ?? "",
        `The plugin "${PLUGIN}" found no files that match "${asStrings(target.src).join('", "')}".`,
      );
    const layout = { isPerFile: this.#isPerFile, keepsFolders: this.#isPerFile || structured };
    for (const match of matches) this.#put(addressOf(match, dest, target.rename, layout), match, target);
  }

  #put(address: string, { content, path }: Match, target: DataObject): void {
    if (target.overwrite === false && this.#isPublic(address)) return;
    this.#bytes += typeof content === "string" ? content.length : content.byteLength;
    if (this.#bytes > MAX_BYTES) {
      const said = `The files that the plugin "${PLUGIN}" copies exceed ${MAX_BYTES / 2 ** 20} MB. Files from "${path}" on were skipped: load them from another host.`;
      if (!this.diagnostics.some(({ message }) => message.includes(" copies exceed "))) this.#warn(PLUGIN, said);
      return;
    }
    this.files.set(address, content);
  }

  /** A pattern's path from Vite's root; those of packages begin with their folder, wherever they are in a repository. */
  #pathOf(src: string): string {
    const isNegated = src.startsWith("!");
    const bare = isNegated ? src.slice(1) : src;
    const ofPackage = /(?:^|\/)node_modules\/(?!.*\/node_modules\/)(.*)$/.exec(bare)?.[1];
    const inRoot = bare.startsWith(PROJECT) ? fromRoot(this.#vite.root, bare.slice(PROJECT.length)) : bare;
    const path = ofPackage === undefined ? inRoot.replace(/^(\.?\/)+/, "") : PACKAGES + ofPackage;
    return (isNegated ? "!" : "") + path.replace(/\/+$/, "");
  }

  async #matchesOf(patterns: string[]): Promise<Match[]> {
    const included = patterns.filter((pattern) => !pattern.startsWith("!"));
    const excluded = patterns.flatMap((pattern) => (pattern.startsWith("!") ? [pattern.slice(1)] : []));
    const isExcluded = excluded.length === 0 ? () => false : picomatch(excluded, { dot: true });
    const found: Match[] = [];
    for (const pattern of included) {
      const isMatch = picomatch([pattern], { dot: true });
      for (const [path, content] of await this.#filesOf(pattern)) {
        const matching = isExcluded(path) ? [] : [path, ...foldersOf(path)].filter((one) => isMatch(one));
        const copied = this.#isPerFile ? matching.slice(0, 1).map(() => path) : matching;
        found.push(...copied.map((matched) => ({ path, matched, content })));
      }
    }
    return found;
  }

  /** The files among which a pattern may match, by their paths from Vite's root. */
  async #filesOf(pattern: string): Promise<Iterable<[string, Content]>> {
    const { files, installation } = this.#source;
    const own = [...files].map(([path, content]): [string, Content] => [fromRoot(this.#vite.root, path), content]);
    const inPackages = pattern.startsWith(PACKAGES) ? pattern.slice(PACKAGES.length) : pattern;
    const name = packageNameOf(inPackages);
    // A path that `require.resolve` returned begins with the package's name.
    const isOwn = !pattern.startsWith(PACKAGES) && own.some(([path]) => path.startsWith(`${pattern.split("/")[0]}/`));
    if (isOwn || installation.versionOf(name) === null) return own;
    const folder = pattern.slice(0, pattern.length - inPackages.length) + name;
    const isMatch = picomatch([pattern], { dot: true });
    const isWanted = (path: string): boolean => [path, ...foldersOf(path)].some((one) => isMatch(`${folder}/${one}`));
    const installed = await installation.matching(name, isWanted);
    return [...installed.paths()].map((path): [string, Content] => [
      folder + path.slice(PACKAGES.length + name.length),
      installed.read(path) ?? "",
    ]);
  }

  #isPublic(address: string): boolean {
    return this.#vite.publicDir !== null && this.#source.files.has(this.#vite.publicDir + address);
  }

  #warn(quoted: string, message: string): void {
    const path = this.#vite.path ?? "";
    const text = readText(this.#source.files, path) ?? "";
    this.diagnostics.push({ ...placeOf(path, text, quoted), severity: "warning", message });
  }
}

/** A destination in the output as a path, or null where it leads out of it. */
function destinationOf(dest: string): string | null {
  const inOutput = dest.startsWith(`${PROJECT}dist/`) ? dest.slice(`${PROJECT}dist/`.length) : dest;
  return /^\/|^\.\.(\/|$)/.test(inOutput) ? null : within("", inOutput);
}

/** Where a matched file is served: below the destination by its name, after its folders where the layout keeps them. */
function addressOf({ path, matched }: Match, dest: string, rename: Data | undefined, layout: Layout): string {
  const rest = path.slice(matched.length);
  const [, folder = "", base = ""] = /^(?:(.*)\/)?([^/]*)$/.exec(matched) ?? [];
  const inside = folder.replace(/^(?:\.\.\/)+/, "");
  const { stripBase, name } = asObject(rename) ?? {};
  const segments = inside === "" ? [] : inside.split("/");
  const stripped = stripBase === true ? segments.length : Number(stripBase ?? 0);
  const kept = layout.keepsFolders ? segments.slice(stripped).join("/") : "";
  return `/${within(`${dest}/${kept}`, (asString(rename) ?? asString(name) ?? base) + rest)}`;
}

/** The folders around a path, innermost first. */
function foldersOf(path: string): string[] {
  const segments = path.split("/");
  return segments.slice(1).map((_, index) => segments.slice(0, segments.length - 1 - index).join("/"));
}

/** A path of the project as Vite's root sees it. */
function fromRoot(root: string, path: string): string {
  if (root === "") return path;
  if (path.startsWith(`${root}/`)) return path.slice(root.length + 1);
  return "../".repeat(root.split("/").length) + path;
}
