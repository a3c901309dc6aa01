import type { CheckRequest } from "./type-checker-rpc.ts";

const SOURCE = /\.(ts|tsx|mts|cts)$/;
const PLATFORM = "edgesmith-platform.d.ts";
/** The file name of the standard library that the checker requests by its target. */
const LIBRARY = /^lib\.[\w.]*d\.ts$/;

type Given = { libraries: string; platform: string };

/** A project's files as the type checker sees them: with the library, the platform and the packages' declarations. */
export class TypedFiles {
  readonly #request: CheckRequest;
  readonly #given: Given;
  readonly #folders: Map<string, string>;

  constructor(request: CheckRequest, given: Given) {
    this.#request = request;
    this.#given = given;
    this.#folders = foldersOf([...request.files.keys(), ...request.packageFiles.keys()]);
  }

  /** The project's own TypeScript. */
  sources(): string[] {
    return [...this.#request.files.keys()].filter((path) => SOURCE.test(path));
  }

  read(path: string): string | null {
    if (path === "tsconfig.json") return JSON.stringify({ compilerOptions: this.#request.options });
    if (path === PLATFORM) return this.#given.platform;
    if (LIBRARY.test(path)) return this.#given.libraries;
    if (!path.startsWith("node_modules/")) return this.#request.files.get(path) ?? null;
    const content = this.#request.packageFiles.get(path);
    return content === undefined ? null : new TextDecoder().decode(content);
  }

  /** Without a prefix: lists the files to check. With one: whether a folder exists. */
  list(prefix?: string): string[] {
    if (prefix === undefined) return [PLATFORM, ...this.sources()];
    const found = this.#folders.get(prefix.replace(/\/$/, ""));
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

/** Maps every folder of the paths to one of its paths; the root is "". */
function foldersOf(paths: string[]): Map<string, string> {
  const folders = new Map<string, string>();
  for (const path of paths) {
    for (let end = path.lastIndexOf("/"); ; end = path.lastIndexOf("/", end - 1)) {
      const folder = end < 0 ? "" : path.slice(0, end);
      if (folders.has(folder)) break;
      folders.set(folder, path);
      if (end < 0) break;
    }
  }
  return folders;
}
