/**
 * A compiler or a configuration that is run for a build: code that is not ours, so in an isolate of its own, without network,
 * bindings or storage.
 */
export type Tool = {
  /** For messages and for the isolate's id, such as `svelte`. */
  name: string;
  /**
   * An ES module that imports npm packages by their names, `node:` modules and `files`, and exports `run(request, host)`.
   * `request` is structured-cloneable; `host` has the functions that the caller lends; what it returns is the answer.
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
  /** How long one run may take, in milliseconds, where that is less than a compiler may. */
  maxMs?: number;
};

/** Functions of the caller that a tool may call while it runs, such as one that reads a file. All are asynchronous to the tool. */
// biome-ignore lint/suspicious/noExplicitAny: an argument list of any kind
export type ToolHost = Record<string, (...values: any[]) => unknown>;

/** Bundles tools, keeps them by content, and runs them. */
export type ToolRunner = {
  /**
   * Runs a tool and returns its answer.
   * @throws ToolFailure where its code throws, does not end in time, or cannot be bundled; the message says why
   */
  run<Answer>(tool: Tool, request: unknown, host?: ToolHost): Promise<Answer>;
};

/** Thrown where a tool did not come to an answer. */
export class ToolFailure extends Error {}
