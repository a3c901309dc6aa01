/** A file's content: its bytes, or a function that loads them at the first read. */
export type FileContent = Uint8Array | (() => Uint8Array | Promise<Uint8Array>);

type Folder = Map<string, "file" | "folder">;
/** Loads a folder at the first lookup inside it: contents by path from the folder. */
export type FolderLoader = () => Promise<Iterable<[path: string, content: FileContent]>>;

const encoder = new TextEncoder();

/**
 * A tree of files in memory for a bundler's file system, below a folder of its own. Paths are absolute. A folder may
 * be loaded lazily, so that an unused package costs nothing.
 */
export class MountedFiles {
  readonly #files = new Map<string, FileContent>();
  readonly #folders = new Map<string, Folder>();
  readonly #loaders = new Map<string, FolderLoader>();
  readonly #loading = new Map<string, Promise<void>>();
  /** Why folders and files could not be loaded, by path. */
  readonly failures = new Map<string, Error>();
  /** Where a symbolic link leads, by its path. */
  readonly #links = new Map<string, string>();

  /** Such as `/m1`, without a trailing slash except for the root itself. */
  readonly root: string;

  constructor(root: string) {
    this.root = root;
    this.#folders.set(root, new Map());
  }

  /** Adds a file and its parent folders. */
  put(path: string, content: FileContent | string): void {
    this.#files.set(path, typeof content === "string" ? encoder.encode(content) : content);
    this.#enter(path, "file");
  }

  /** Adds a folder whose files load at the first lookup inside it. */
  putFolder(path: string, load: FolderLoader): void {
    if (!this.#folders.has(path)) this.#folders.set(path, new Map());
    this.#enter(path, "folder");
    this.#loaders.set(path, load);
  }

  /** Puts a symbolic link to a folder of the same tree. */
  link(path: string, target: string): void {
    this.#links.set(path, target);
    this.#enter(path, "folder");
  }

  /** Returns the target of the link at a path; null without a link. */
  target(path: string): string | null {
    return this.#links.get(path) ?? null;
  }

  /** Returns the pending load for a path; null when its folders are loaded. */
  loading(path: string): Promise<void> | null {
    if (this.#loaders.size === 0) return null;
    for (let end = path.lastIndexOf("/node_modules/"); end >= 0; end = path.lastIndexOf("/node_modules/", end - 1)) {
      const folder = packageFolder(path, end + "/node_modules/".length);
      const load = this.#loaders.get(folder);
      if (load !== undefined) return this.#load(folder, load);
    }
    return null;
  }

  /** Looks up a path: a file's size, a folder, or null. */
  stat(named: string): { size: number } | "folder" | null {
    const path = this.#real(named);
    const content = this.#files.get(path);
    if (content !== undefined) return { size: typeof content === "function" ? 1 : content.byteLength };
    return this.#folders.has(path) ? "folder" : null;
  }

  /** Lists the names in a folder; null when it does not exist. */
  names(path: string): string[] | null {
    const folder = this.#folders.get(this.#real(path));
    return folder === undefined ? null : [...folder.keys()];
  }

  /** Returns a file's content, or a promise of content that must be fetched; null when the file does not exist. */
  read(named: string): Uint8Array | Promise<Uint8Array> | null {
    const path = this.#real(named);
    const content = this.#files.get(path);
    if (content === undefined) return null;
    if (typeof content !== "function") return content;
    const made = content();
    const keep = (bytes: Uint8Array): Uint8Array => {
      this.#files.set(path, bytes);
      return bytes;
    };
    if (made instanceof Uint8Array) return keep(made);
    return made.then(keep, (failure: unknown) => {
      throw this.#noted(path, failure);
    });
  }

  /** Reads the text of a file after loading its package; null when it does not exist. */
  async readText(path: string): Promise<string | null> {
    await this.loading(path);
    const content = await this.read(path);
    return content === null ? null : new TextDecoder().decode(content);
  }

  async #load(folder: string, load: FolderLoader): Promise<void> {
    const going = this.#loading.get(folder) ?? this.#fill(folder, load);
    this.#loading.set(folder, going);
    await going;
  }

  /** Returns why a path or a folder around it could not be loaded; null when nothing failed. */
  failureOf(path: string): Error | null {
    const [, failure] = [...this.failures].find(([failed]) => path === failed || path.startsWith(`${failed}/`)) ?? [];
    return failure ?? null;
  }

  async #fill(folder: string, load: FolderLoader): Promise<void> {
    try {
      for (const [path, content] of await load()) this.put(`${folder}/${path}`, content);
    } catch (failure) {
      throw this.#noted(folder, failure);
    }
    this.#loaders.delete(folder);
    this.#loading.delete(folder);
  }

  #noted(path: string, failure: unknown): Error {
    const error = failure instanceof Error ? failure : new Error(String(failure));
    this.failures.set(path, error);
    return error;
  }

  /** Resolves the link in a path, if any, and the case of a file's name. */
  #real(named: string): string {
    let path = named;
    for (const [link, target] of this.#links) {
      if (named === link || named.startsWith(`${link}/`)) path = target + named.slice(link.length);
    }
    const isKnown = this.#files.has(path) || this.#folders.has(path) || path.includes("/node_modules/");
    return isKnown ? path : (this.#inAnyCase(path) ?? path);
  }

  /**
   * Finds a file or a folder whose path differs in case only, as file systems of macOS and Windows do, where the author's build
   * works. esbuild looks names up in this way, warns, and then reads the name that the import has.
   */
  #inAnyCase(path: string): string | null {
    if (path.length <= this.root.length) return null;
    if (this.#files.has(path) || this.#folders.has(path)) return path;
    const cut = path.lastIndexOf("/");
    const parent = path.slice(0, cut) === this.root ? this.root : this.#inAnyCase(path.slice(0, cut));
    const lower = path.slice(cut + 1).toLowerCase();
    const name = [...(this.#folders.get(parent ?? "")?.keys() ?? [])].find((one) => one.toLowerCase() === lower);
    return parent === null || name === undefined ? null : `${parent}/${name}`;
  }

  #enter(path: string, kind: "file" | "folder"): void {
    let child = path;
    let what = kind;
    while (child.length > this.root.length) {
      const cut = child.lastIndexOf("/");
      const parent = child.slice(0, cut);
      const name = child.slice(cut + 1);
      const folder = this.#folders.get(parent);
      const known = folder?.get(name);
      if (folder === undefined) this.#folders.set(parent, new Map([[name, what]]));
      else folder.set(name, what);
      if (known !== undefined) return;
      child = parent;
      what = "folder";
    }
  }
}

/** `/m1/node_modules/@a/b` of `/m1/node_modules/@a/b/c.js`; `start` is behind the last `node_modules/`. */
function packageFolder(path: string, start: number): string {
  const first = path.indexOf("/", start);
  if (path[start] !== "@" || first < 0) return first < 0 ? path : path.slice(0, first);
  const second = path.indexOf("/", first + 1);
  return second < 0 ? path : path.slice(0, second);
}
