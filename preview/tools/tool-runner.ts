/**
 * A compiler or a configuration that is run for a build: code that is not ours, so in an isolate of its own, without network,
 * bindings or storage.
 */
export type Tool = {
  /** Name for messages and for the isolate's id, such as `svelte`. */
  name: string;
  /**
   * An ES module that imports npm packages, `node:` modules and `files`, and exports `run(request, host)`. `request`
   * is structured-cloneable; `host` has the caller's functions; the return value is the result.
   */
  entry: string;
  /** The packages that `entry` imports, with a range or version each. */
  packages: Record<string, string>;
  /** Modules of the project that `entry` may import, by path from `/project/`; their own imports of packages are the project's. */
  files?: ReadonlyMap<string, string>;
  /**
   * Whether the tool's modules keep something of a request: then each request has an isolate of its own, so that a project's
   * configuration sees no file of another with the same configuration, nor of an earlier revision.
   */
  keepsState?: boolean;
  /** Modules of `files` that stand in for modules of Node or packages wherever they are imported, packages included: paths by name. */
  replaced?: Readonly<Record<string, string>>;
  /**
   * Whether functions that the tool makes from strings are made, which the runtime refuses: it is run again with those that it asked
   * for, so it has to do the same each time.
   */
  makesCode?: boolean;
  /** Timeout of one run in milliseconds, if it is other than the compilers'. */
  maxMs?: number;
  /** Maximum processor time of one run in milliseconds, if it is other than the compilers'. */
  cpuMs?: number;
};

/**
 * Functions of the caller that a tool may call while it runs, such as one that reads a file. All are asynchronous for
 * the tool.
 */
// biome-ignore lint/suspicious/noExplicitAny: an argument list of any kind
export type ToolHost = Record<string, (...values: any[]) => unknown>;

/** Bundles tools, keeps them by content, and runs them. */
export type ToolRunner = {
  /**
   * Runs a tool and returns its result.
   * @throws ToolFailure when its code throws, exceeds its timeout or cannot be bundled; the message has the reason
   */
  run<Answer>(tool: Tool, request: unknown, host?: ToolHost): Promise<Answer>;
};

/** Thrown when a tool returned no result. */
export class ToolFailure extends Error {}
