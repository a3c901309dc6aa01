import { MountedFiles } from "./mounted-files.ts";

type Callback = (error: Error | null, value?: unknown) => void;
type Open = { path: string; content: Uint8Array | null; position: number };
type Read = (
  fd: number,
  buffer: Uint8Array,
  offset: number,
  length: number,
  position: number | null,
  done: Callback,
) => void;

const STDIN = 0;
const FIRST_DESCRIPTOR = 10;
/** Names of Node's `fs` that a Go program may look up but never needs here: the program writes no files. */
const UNSUPPORTED = [
  "chmod",
  "chown",
  "fchmod",
  "fchown",
  "ftruncate",
  "lchown",
  "link",
  "mkdir",
  "rename",
  "rmdir",
  "symlink",
  "truncate",
  "unlink",
  "utimes",
];

/**
 * Implements the part of Node's `fs` that esbuild's WebAssembly program calls, over files in memory, so that the
 * program reads and resolves by itself; each module that a plugin handles waits for a timer (esbuild-wasm 0.28 posts
 * every message to the program by one). Callbacks run synchronously when nothing must be loaded, which Go's JavaScript
 * runtime allows.
 */
export class MemoryFs {
  readonly constants = {
    O_WRONLY: 1,
    O_RDWR: 2,
    O_CREAT: 64,
    O_TRUNC: 512,
    O_APPEND: 1024,
    O_EXCL: 128,
    O_DIRECTORY: 65_536,
  };
  /** The service replaces this function: writes to descriptor 1 are the program's messages. */
  writeSync: (fd: number, buffer: Uint8Array) => number = (_, buffer) => buffer.length;
  readonly #mounts = new Map<string, MountedFiles>();
  /** The parent folder of all mounts. It lists no mounts, since lookups of packages ascend to it. */
  readonly #root = new MountedFiles("/");
  readonly #open = new Map<number, Open>();
  #nextDescriptor = FIRST_DESCRIPTOR;
  #readMessages: Read | null = null;

  constructor() {
    for (const name of UNSUPPORTED) {
      Object.defineProperty(this, name, { value: (...values: unknown[]) => refuse(values.at(-1), "ENOSYS") });
    }
  }

  /** Drops the service's functions, which otherwise retain the memory of its program after it ends. */
  detach(): void {
    this.writeSync = (_, buffer) => buffer.length;
    this.#readMessages = null;
    this.#open.clear();
  }

  mount(files: MountedFiles): void {
    this.#mounts.set(files.root, files);
  }

  unmount(files: MountedFiles): void {
    this.#mounts.delete(files.root);
  }

  /** The service sets this property to receive its own messages; this class still reads the files. */
  set read(read: Read) {
    this.#readMessages = read;
  }

  get read(): Read {
    return (fd, buffer, offset, length, position, done) => {
      if (fd === STDIN) this.#readMessages?.(fd, buffer, offset, length, position, done);
      else this.#readFile(fd, buffer, offset, length, position, done);
    };
  }

  write(fd: number, buffer: Uint8Array, _offset: number, _length: number, _position: number | null, done: Callback) {
    done(null, this.writeSync(fd, buffer));
  }

  fsync(_fd: number, done: Callback): void {
    done(null);
  }

  stat(path: string, done: Callback): void {
    this.#at(path, done, (files, at) => statsOf(files.stat(at), at));
  }

  lstat(path: string, done: Callback): void {
    this.#at(path, done, (files, at) => (files.target(at) === null ? statsOf(files.stat(at), at) : LINK));
  }

  fstat(fd: number, done: Callback): void {
    const open = this.#open.get(fd);
    if (open === undefined) refuse(done, "EBADF");
    else this.stat(open.path, done);
  }

  readdir(path: string, done: Callback): void {
    this.#at(path, done, (files, at) => files.names(at) ?? missing(at));
  }

  readlink(path: string, done: Callback): void {
    this.#at(path, done, (files, at) => files.target(at) ?? new FileError("EINVAL"));
  }

  open(path: string, _flags: number, _mode: number, done: Callback): void {
    this.#at(path, done, (files, at) => {
      const content = files.read(at);
      if (content === null && files.names(at) === null) throw missing(at);
      if (content instanceof Promise) return content.then((bytes) => this.#opened(at, bytes));
      return this.#opened(at, content);
    });
  }

  close(fd: number, done: Callback): void {
    this.#open.delete(fd);
    done(null);
  }

  #opened(path: string, content: Uint8Array | null): number {
    const fd = this.#nextDescriptor;
    this.#nextDescriptor += 1;
    this.#open.set(fd, { path, content, position: 0 });
    return fd;
  }

  #readFile(fd: number, buffer: Uint8Array, offset: number, length: number, position: number | null, done: Callback) {
    const open = this.#open.get(fd);
    if (open === undefined || open.content === null) {
      refuse(done, open === undefined ? "EBADF" : "EISDIR");
      return;
    }
    const from = position ?? open.position;
    const part = open.content.subarray(from, from + length);
    buffer.set(part, offset);
    if (position === null) open.position += part.length;
    done(null, part.length);
  }

  /**
   * Looks up a path after loading its folder.
   * @param look an exception that it throws becomes the error of the call
   */
  #at(path: string, done: Callback, look: (files: MountedFiles, path: string) => unknown): void {
    const at = path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path;
    const files = at === "/" ? this.#root : this.#mounts.get(at.split("/", 2).join("/"));
    if (files === undefined) {
      refuse(done, "ENOENT");
      return;
    }
    const loading = files.loading(at);
    if (loading !== null) {
      loading.then(() => this.#at(path, done, look)).catch(() => refuse(done, "EIO"));
      return;
    }
    const found = attempt(() => look(files, at));
    if (found instanceof Promise) found.then((value) => done(null, value)).catch(() => refuse(done, "EIO"));
    else if (found instanceof Error) done(found);
    else done(null, found);
  }
}

function attempt(look: () => unknown): unknown {
  try {
    return look();
  } catch (failure) {
    return failure;
  }
}

class FileError extends Error {
  /** The property by which Go's runtime identifies an error. */
  readonly code: string;

  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

const missing = (_path: string): FileError => new FileError("ENOENT");

function refuse(done: unknown, code: string): void {
  if (typeof done === "function") done(new FileError(code));
}

function statsOf(found: { size: number } | "folder" | null, path: string): object | FileError {
  if (found === null) return missing(path);
  return found === "folder" ? stats(0o40755, 0) : stats(0o100644, found.size);
}

function stats(mode: number, size: number): object {
  const isFolder = mode === 0o40755;
  const times = { atimeMs: 0, mtimeMs: 0, ctimeMs: 0 };
  return {
    ...times,
    dev: 1,
    ino: 1,
    mode,
    nlink: 1,
    uid: 0,
    gid: 0,
    rdev: 0,
    size,
    blksize: 4096,
    blocks: 1,
    isDirectory: () => isFolder,
  };
}

/** The mode that `lstat` returns for a symbolic link. */
const LINK = stats(0o120777, 0);
