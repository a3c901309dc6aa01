import type { Diagnostic } from "../../worker/contract/preview-rpc.ts";

/** Everything that a check needs: the project's own files as text, its packages' declarations, and compiler options. */
export type CheckRequest = {
  files: Map<string, string>;
  packageFiles: Map<string, Uint8Array>;
  options: Record<string, unknown>;
};

/** `complete` is false after a timeout; `diagnostics` then has the findings until then. */
export type CheckResult = { diagnostics: Diagnostic[]; complete: boolean };

/** Implemented by the Worker `edgesmith-types`, called by the preview Worker. */
export type TypeCheckerRpc = {
  /**
   * Checks the project's own TypeScript for up to {@link CHECK_MS}.
   * @param started called before the work begins, which blocks the whole isolate until it ends
   */
  check(request: CheckRequest, started: Started): Promise<CheckResult>;
};

/** A callback of the caller as an RPC stub. */
export type Started = (() => Promise<void>) & Partial<Disposable>;

/** Time limit of one check, in milliseconds. */
export const CHECK_MS = 5_000;
