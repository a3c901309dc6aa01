import type { Diagnostic } from "../../worker/contract/preview-rpc.ts";

/** Everything that a check needs: the project's own files as text, its packages' declarations, and compiler options. */
export type CheckRequest = {
  files: Map<string, string>;
  packageFiles: Map<string, Uint8Array>;
  options: Record<string, unknown>;
};

/** `complete` is false where the time ran out: `diagnostics` is then what was found until then. */
export type CheckResult = { diagnostics: Diagnostic[]; complete: boolean };

/** Implemented by the Worker `edgesmith-types`, called by the preview Worker. */
export type TypeCheckerRpc = {
  /**
   * Checks the project's own TypeScript for as long as {@link CHECK_MS}.
   * @param started is called before the work begins, which takes the whole isolate until it ends
   */
  check(request: CheckRequest, started: Started): Promise<CheckResult>;
};

/** A function of the caller's, as the other side of a call has it. */
export type Started = (() => Promise<void>) & Partial<Disposable>;

/** How long one check may take. */
export const CHECK_MS = 5_000;
