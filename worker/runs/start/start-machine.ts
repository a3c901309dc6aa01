/**
 * The start of a run as a pure state machine: it has neither I/O nor a clock, so that tests drive each path by its
 * events alone. `drive-start.ts` makes the call that belongs to each state and feeds the result back as an event.
 * README.md has the table.
 */
export type StartState<Inserted, Stored> =
  | { name: "cached" }
  | { name: "verifying" }
  | { name: "acquired" }
  | { name: "recorded"; inserted: Inserted }
  | FinalState<Stored>;

/** The states that end a start. */
export type FinalState<Stored> =
  | { name: "replayed"; stored: Stored }
  | { name: "started"; response: Response }
  | { name: "refused"; error: unknown };

/** The result of the call that belongs to a state. */
export type StartEvent<Inserted, Stored> =
  /** The run's row is committed, and with it the idempotency key when the same statement claimed it. */
  | { type: "inserted"; inserted: Inserted }
  /** A cached assumption does not hold, or the cache is insufficient: nothing has happened. */
  | { type: "stale" }
  /** The caller is authenticated and may start a run, and this request leases its idempotency key when it has one. */
  | { type: "leased" }
  /** The same request was sent before under its key, and its response is stored. */
  | { type: "stored"; stored: Stored }
  /** The Session has the run. */
  | { type: "dispatched"; response: Response }
  /** The caller or the request is refused, or one of our dependencies failed. */
  | { type: "failed"; error: unknown };

/** Only a well-formed request takes the cached path: only verified callers get validation errors. */
export const initialState = (request: { isCached: boolean; isWellFormed: boolean }) =>
  ({ name: request.isCached && request.isWellFormed ? "cached" : "verifying" }) as const;

/** Whether a state ends the start. */
export const isFinal = <Inserted, Stored>(state: StartState<Inserted, Stored>): state is FinalState<Stored> =>
  state.name === "replayed" || state.name === "started" || state.name === "refused";

/**
 * Returns the state that follows an event.
 * @throws Error when the event is impossible in the state
 */
export function transition<Inserted, Stored>(
  state: StartState<Inserted, Stored>,
  event: StartEvent<Inserted, Stored>,
): StartState<Inserted, Stored> {
  const at = state.name;
  if (event.type === "failed" && !isFinal(state)) return { name: "refused", error: event.error };
  if (event.type === "inserted" && (at === "cached" || at === "acquired")) {
    return { name: "recorded", inserted: event.inserted };
  }
  if (event.type === "stale" && at === "cached") return { name: "verifying" };
  if (event.type === "leased" && at === "verifying") return { name: "acquired" };
  if (event.type === "stored" && at === "verifying") return { name: "replayed", stored: event.stored };
  if (event.type === "dispatched" && at === "recorded") return { name: "started", response: event.response };
  throw new Error(`The start of a run got the event ${event.type} in the state ${at}.`);
}

/**
 * How a final state affects the rate limits: a request that started no run counts as a write instead of a run, and a
 * request that failed on our side counts as neither.
 */
export type Settlement = "keep" | "refund" | "count as a write";

/** Returns the settlement of a final state. @param status the HTTP status of the response */
export function settlementOf(state: FinalState<unknown>["name"], status: number): Settlement {
  if (status >= 500) return "refund";
  return state === "started" ? "keep" : "count as a write";
}
