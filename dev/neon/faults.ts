import type { Statement } from "./request.ts";

/** Where in a request's life a fault strikes. A request of one statement has no place between before and after. */
export type FaultPoint = "before-begin" | "middle" | "before-commit" | "after-commit";

/**
 * What the client sees: `drop` cuts the connection without an answer, `lost-answer` is the 400 with an empty code that
 * Neon's proxy gives when it loses the database, `unavailable` a 503.
 */
export type FaultKind = "drop" | "lost-answer" | "unavailable";

export type Fault = {
  at: FaultPoint;
  kind?: FaultKind;
  /** How many requests it strikes; for ever when absent. Counted down in place. */
  times?: number;
  /** 0 to 1: the share of requests that it strikes; all when absent. */
  probability?: number;
  /** Strikes only requests of which a statement contains this text. */
  matching?: string;
};

/**
 * A defence taken away, so that a test can show that its checks notice: the transaction (each statement of a batch is
 * committed by itself), or whatever `rewrite` takes out of a batch's statements.
 */
export type Mutation = { isWithoutTransaction?: boolean; rewrite?: (statements: Statement[]) => Statement[] };

/** Live switches: a test changes them while the gateway runs. `delayMs` is added before each request is looked at. */
export type Faults = {
  delayMs: number;
  list: Fault[];
  /** Decides what has a probability; Math.random unless a test wants the same choices again. */
  random?: (() => number) | undefined;
  mutation?: Mutation | undefined;
};

export class InjectedFault extends Error {
  readonly kind: FaultKind;
  constructor(at: FaultPoint, kind: FaultKind) {
    super(`injected ${kind} at ${at}`);
    this.kind = kind;
  }
}

/** Throws when a switched-on fault strikes this request at this place. */
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
