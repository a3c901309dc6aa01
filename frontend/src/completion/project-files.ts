import type { ProjectTypes } from "../../../worker/contract/index.ts";
import type { UnsavedText } from "./protocol.ts";

const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf("/")));

/**
 * The files of a language service by absolute path: the project's files, overlaid by unsaved texts, and declarations.
 */
export class ProjectFiles {
  #own = new Map<string, string>();
  #declared = new Map<string, string>();
  #unsaved = new Map<string, string>();
  #folders = new Set<string>();
  readonly #versions = new Map<string, number>();
  #edition = 0;

  /**
   * Replaces the files with those of another revision. Keeps declarations that the server omitted because they are
   * loaded already.
   */
  load({ files, packages }: Pick<ProjectTypes, "files" | "packages">): void {
    const next = new Map(files.map(({ path, content }) => [`/${path}`, content]));
    for (const path of new Set([...this.#own.keys(), ...next.keys()]))
      if (this.#own.get(path) !== next.get(path)) this.#touch(path);
    this.#own = next;
    if (packages.files !== null) {
      this.#declared = new Map(packages.files.map(({ path, content }) => [`/${path}`, content]));
      for (const path of this.#declared.keys()) this.#touch(path);
    }
    this.#edition++;
    this.#listFolders();
  }

  /** Sets or removes unsaved texts. */
  edit(texts: readonly UnsavedText[]): void {
    for (const [path, text] of texts) {
      if (text === null) this.#unsaved.delete(`/${path}`);
      else this.#unsaved.set(`/${path}`, text);
      this.#touch(`/${path}`);
    }
  }

  /** The root files of the program: the project's scripts and the platform's declarations. */
  roots(): string[] {
    const own = new Set([...this.#own.keys(), ...this.#unsaved.keys()]);
    return ["/edgesmith-platform.d.ts", ...[...own].filter((path) => /\.[cm]?[jt]sx?$/.test(path))];
  }

  read(path: string): string | undefined {
    return this.#unsaved.get(path) ?? this.#own.get(path) ?? this.#declared.get(path);
  }

  /** Returns a version string that changes with any file. */
  edition(): string {
    return String(this.#edition);
  }

  version(path: string): string {
    return String(this.#versions.get(path) ?? 0);
  }

  hasFolder(path: string): boolean {
    return this.#folders.has(path.replace(/\/$/, ""));
  }

  /** Lists the direct subfolders of a folder. */
  foldersIn(path: string): string[] {
    const base = path.replace(/\/$/, "");
    return [...this.#folders]
      .filter((folder) => folder !== "" && folderOf(folder) === base)
      .map((folder) => folder.slice(base.length + 1));
  }

  /** Lists the files below a folder, at any depth, that have one of these extensions. */
  filesIn(path: string, extensions: readonly string[] | undefined): string[] {
    const base = `${path.replace(/\/$/, "")}/`;
    const all = [...this.#own.keys(), ...this.#declared.keys()];
    return all.filter(
      (file) => file.startsWith(base) && (extensions === undefined || extensions.some((end) => file.endsWith(end))),
    );
  }

  #touch(path: string): void {
    this.#edition++;
    this.#versions.set(path, (this.#versions.get(path) ?? 0) + 1);
  }

  #listFolders(): void {
    this.#folders = new Set([""]);
    for (const path of [...this.#own.keys(), ...this.#declared.keys()])
      for (let folder = folderOf(path); !this.#folders.has(folder); folder = folderOf(folder))
        this.#folders.add(folder);
  }
}
