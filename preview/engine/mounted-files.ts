/** A file's content: its bytes, or a function that loads them at the first read. */
export type FileContent = Uint8Array | (() => Uint8Array | Promise<Uint8Array>);

type Loaded = Map<string, FileContent>;
type Folder = Map<string, "file" | "folder">;
/** Loads a folder at the first lookup inside it: contents by path from the folder. */
export type FolderLoader = () => Promise<Iterable<[path: string, content: FileContent]>>;

/** Maximum reloads of a folder for a single file. After that, all files of the folder stay in memory. */
const MAX_SINGLE_LOADS = 2;

const encoder = new TextEncoder();

/**
 * An in-memory file tree for a bundler, under a root folder of its own. Paths are absolute. Folders may load lazily, so
 * that an unused package costs nothing.
 */
export class MountedFiles {
  /** Contents by path; null for a file that is loaded again at the next read. */
  readonly #files = new Map<string, FileContent | null>();
  readonly #folders = new Map<string, Folder>();
  readonly #loaders = new Map<string, FolderLoader>();
  readonly #loading = new Map<string, Promise<void>>();
  /** Loaders for reloading folders that are already loaded. */
  readonly #loaded = new Map<string, { load: FolderLoader; times: number; going: Promise<Loaded> | null }>();
  /** Files in loaded folders whose contents differ from those that the loader returns. */
  readonly #changed = new Set<string>();
  /** Errors of folders and files that could not be loaded, by path. */
  readonly failures = new Map<string, Error>();
  /** Targets of symbolic links, by the link's path. */
  readonly #links = new Map<string, string>();

  /** Path of the root folder, such as `/m1`, without a trailing slash except for `/`. */
  readonly root: string;

  constructor(root: string) {
    this.root = root;
    this.#folders.set(root, new Map());
  }

  /** Adds a file and its parent folders. */
  put(path: string, content: FileContent | string): void {
    if (this.#loadedFolder(path) !== null) this.#changed.add(path);
    this.#set(path, typeof content === "string" ? encoder.encode(content) : content);
  }

  /**
   * Restores a file of a loaded folder.
   * @param content the previous content; without it, the folder is loaded again at the next read
   */
  restore(path: string, content?: Uint8Array): void {
    const isLoaded = this.#loadedFolder(path) !== null;
    if (isLoaded) this.#changed.delete(path);
    if (isLoaded || content !== undefined) this.#files.set(path, content ?? null);
  }

  /** Evicts the contents of unneeded files in loaded folders, which are loaded again at the next read. */
  letGo(isNeeded: (path: string, size: number) => boolean): void {
    for (const [path, content] of this.#files) {
      if (content === null || this.#changed.has(path) || this.#loadedFolder(path) === null) continue;
      const isHeld = typeof content !== "function" && isNeeded(path, content.byteLength);
      // A function that was not called yet may retain other files.
      if (!isHeld) this.#files.set(path, null);
    }
  }

  #loadedFolder(path: string): string | null {
    if (this.#loaded.size === 0) return null;
    const start = path.lastIndexOf("/node_modules/");
    const folder = start < 0 ? "" : packageFolder(path, start + "/node_modules/".length);
    return this.#loaded.has(folder) ? folder : null;
  }

  #set(path: string, content: FileContent): void {
    this.#files.set(path, content);
    this.#enter(path, "file");
  }

  /** Adds a folder that loads its files at the first lookup inside it. */
  putFolder(path: string, load: FolderLoader): void {
    if (!this.#folders.has(path)) this.#folders.set(path, new Map());
    this.#enter(path, "folder");
    this.#loaders.set(path, load);
  }

  /** Adds a symbolic link to a folder of the same tree. */
  link(path: string, target: string): void {
    this.#links.set(path, target);
    this.#enter(path, "folder");
  }

  /** Returns the target of the link at a path; null when there is no link. */
  target(path: string): string | null {
    return this.#links.get(path) ?? null;
  }

  /** Returns the pending load for a path; null when its folders are already loaded. */
  loading(path: string): Promise<void> | null {
    if (this.#loaders.size === 0) return null;
    for (let end = path.lastIndexOf("/node_modules/"); end >= 0; end = path.lastIndexOf("/node_modules/", end - 1)) {
      const folder = packageFolder(path, end + "/node_modules/".length);
      const load = this.#loaders.get(folder);
      if (load !== undefined) return this.#load(folder, load);
    }
    return null;
  }

  /** Returns a file's size, or the folder, at a path; null when neither exists. */
  stat(named: string): { size: number } | "folder" | null {
    const path = this.#real(named);
    const content = this.#files.get(path);
    if (content !== undefined) return { size: content instanceof Uint8Array ? content.byteLength : 1 };
    return this.#folders.has(path) ? "folder" : null;
  }

  /** Lists the names in a folder; null when it does not exist. */
  names(path: string): string[] | null {
    const folder = this.#folders.get(this.#real(path));
    return folder === undefined ? null : [...folder.keys()];
  }

  /** Returns a file's content, or a promise when it must be loaded first; null when the file does not exist. */
  read(named: string): Uint8Array | Promise<Uint8Array> | null {
    const path = this.#real(named);
    const content = this.#files.get(path);
    if (content === undefined) return null;
    if (content instanceof Uint8Array) return content;
    const made = content === null ? this.#readAgain(path) : content();
    const keep = (bytes: Uint8Array): Uint8Array => {
      this.#files.set(path, bytes);
      return bytes;
    };
    if (made instanceof Uint8Array) return keep(made);
    return made.then(keep, (failure: unknown) => {
      throw this.#noted(path, failure);
    });
  }

  /** Loads a file's package and returns the file's text; null when the file does not exist. */
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

  /** Returns the error of a path, or of a folder above it, that could not be loaded; null when loading succeeded. */
  failureOf(path: string): Error | null {
    const [, failure] = [...this.failures].find(([failed]) => path === failed || path.startsWith(`${failed}/`)) ?? [];
    return failure ?? null;
  }

  async #fill(folder: string, load: FolderLoader): Promise<void> {
    try {
      for (const [path, content] of await load()) this.#set(`${folder}/${path}`, content);
    } catch (failure) {
      throw this.#noted(folder, failure);
    }
    this.#loaders.delete(folder);
    this.#loading.delete(folder);
    this.#loaded.set(folder, { load, times: 0, going: null });
  }

  async #readAgain(path: string): Promise<Uint8Array> {
    const folder = this.#loadedFolder(path) ?? "";
    const loaded = this.#loaded.get(folder);
    if (loaded === undefined) throw lost(path);
    loaded.going ??= loaded
      .load()
      .then((files) => new Map(files))
      .finally(() => {
        loaded.going = null;
        loaded.times += 1;
      });
    const files = await loaded.going;
    for (const [name, content] of files) {
      const isHeld = typeof content === "function" || loaded.times > MAX_SINGLE_LOADS;
      if (isHeld && this.#files.get(`${folder}/${name}`) === null) this.#files.set(`${folder}/${name}`, content);
    }
    const content = files.get(path.slice(folder.length + 1));
    if (content === undefined) throw lost(path);
    return typeof content === "function" ? content() : content;
  }

  #noted(path: string, failure: unknown): Error {
    const error = failure instanceof Error ? failure : new Error(String(failure));
    this.failures.set(path, error);
    return error;
  }

  /** Resolves a symbolic link in a path, and the case of a file's name. */
  #real(named: string): string {
    let path = named;
    for (const [link, target] of this.#links) {
      if (named === link || named.startsWith(`${link}/`)) path = target + named.slice(link.length);
    }
    const isKnown = this.#files.has(path) || this.#folders.has(path) || path.includes("/node_modules/");
    return isKnown ? path : (this.#inAnyCase(path) ?? path);
  }

  /**
   * Finds a file or folder whose path differs only in case, since the author's build works on the file systems of macOS
   * and Windows. esbuild looks up names without regard to case, logs a warning, and then reads the name in the import.
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

/**
 * Returns `/m1/node_modules/@a/b` for `/m1/node_modules/@a/b/c.js`.
 * @param start index after the last `node_modules/`
 */
function packageFolder(path: string, start: number): string {
  const first = path.indexOf("/", start);
  if (path[start] !== "@" || first < 0) return first < 0 ? path : path.slice(0, first);
  const second = path.indexOf("/", first + 1);
  return second < 0 ? path : path.slice(0, second);
}

/**
 * Returns the error for a package's file that cannot be reloaded. An empty file in its place would produce a build
 * without a warning.
 */
const lost = (path: string): Error => new Error(`The file ${path} is not where it was loaded from any more.`);
