import type { InstalledPackages } from "../packages/installed-packages.ts";
import { readText, type SourceFiles } from "../project/source-files.ts";

const SOURCE = /\.(ts|tsx|mts|cts)$/;
const PLATFORM = "edgesmith-platform.d.ts";
/** The name of the standard library that the checker asks for by its target. */
const LIBRARY = /^lib\.[\w.]*d\.ts$/;

type Given = { libraries: string; platform: string; options: Record<string, unknown> };

/** A project's files as the type checker sees them: with the library, the platform and the packages' declarations. */
export class TypedFiles {
  readonly #files: SourceFiles;
  readonly #packages: InstalledPackages;
  readonly #given: Given;
  #packagePaths: string[] | null = null;

  constructor(files: SourceFiles, packages: InstalledPackages, given: Given) {
    this.#files = files;
    this.#packages = packages;
    this.#given = given;
  }

  /** The project's own TypeScript. */
  sources(): string[] {
    return [...this.#files.keys()].filter((path) => SOURCE.test(path) && !path.startsWith("node_modules/"));
  }

  read(path: string): string | null {
    if (path === "tsconfig.json") return JSON.stringify({ compilerOptions: this.#given.options });
    if (path === PLATFORM) return this.#given.platform;
    if (LIBRARY.test(path)) return this.#given.libraries;
    if (!path.startsWith("node_modules/")) return readText(this.#files, path);
    const content = this.#packages.read(path);
    return content === null ? null : new TextDecoder().decode(content);
  }

  /** Without a prefix: what is to be checked. With one: whether a folder exists. */
  list(prefix?: string): string[] {
    if (prefix === undefined) return [PLATFORM, ...this.sources()];
    const folder = prefix === "" ? "" : `${prefix.replace(/\/$/, "")}/`;
    this.#packagePaths ??= [...this.#packages.paths()];
    const paths = folder.startsWith("node_modules/") ? this.#packagePaths : [...this.#files.keys()];
    const found = paths.find((path) => path.startsWith(folder));
    return found === undefined ? [] : [found];
  }

  write(path: string): void {
    throw new Error(`A type check does not write: ${path}`);
  }

  delete(path: string): void {
    throw new Error(`A type check does not delete: ${path}`);
  }

  async flush(): Promise<void> {}
}
