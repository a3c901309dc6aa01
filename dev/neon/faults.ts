import type { Statement } from "./request.ts";

/** The point in a request at which a fault strikes. A request of one statement has no `middle`. */
export type FaultPoint = "before-begin" | "middle" | "before-commit" | "after-commit";

/**
 * The failure that the client sees: `drop` closes the connection without a response, `lost-answer` is the 400 with an
 * empty code that Neon's proxy sends when it loses the database, `unavailable` a 503.
 */
export type FaultKind = "drop" | "lost-answer" | "unavailable";

export type Fault = {
  at: FaultPoint;
  kind?: FaultKind;
  /** Number of requests to strike, unlimited when absent. The gateway counts it down in place. */
  times?: number;
  /** Share of requests to strike, from 0 to 1; all when absent. */
  probability?: number;
  /** Strikes only requests with a statement that contains this text. */
  matching?: string;
};

/**
 * Removes a safeguard so that a test can show that its checks detect it: the transaction (each statement of a batch
 * commits by itself), or whatever `rewrite` removes from a batch's statements.
 */
export type Mutation = { isWithoutTransaction?: boolean; rewrite?: (statements: Statement[]) => Statement[] };

/**
 * Fault switches that a test changes while the gateway runs. The gateway waits `delayMs` before it handles each
 * request.
 */
export type Faults = {
  delayMs: number;
  list: Fault[];
  /** Decides faults with a probability. Math.random unless a test needs reproducible choices. */
  random?: (() => number) | undefined;
  mutation?: Mutation | undefined;
};

/** Thrown by `strike`; the gateway turns it into the failure of its kind. */
export class InjectedFault extends Error {
  readonly kind: FaultKind;
  constructor(at: FaultPoint, kind: FaultKind) {
    super(`injected ${kind} at ${at}`);
    this.kind = kind;
  }
}

/**
 * Throws when an active fault strikes this request at this point.
 * @throws InjectedFault
 */
export function strike(faults: Faults, at: FaultPoint, statements: { query: string }[]): void {
  for (const fault of faults.list) {
    if (fault.at !== at || fault.times === 0) continue;
    const { matching } = fault;
    if (matching !== undefined && !statements.some(({ query }) => query.includes(matching))) continue;
    if (fault.probability !== undefined && (faults.random ?? Math.random)() >= fault.probability) continue;
    if (fault.times !== undefined) fault.times -= 1;
    throw new InjectedFault(at, fault.kind ?? "drop");
  }
}
