import {
  type FinalState,
  initialState,
  isFinal,
  type Settlement,
  type StartEvent,
  type StartState,
  settlementOf,
  transition,
} from "./start-machine.ts";

/** Authentication and rate limits of the caller. */
export type Gate = {
  /** Whether this isolate has cached both the caller and the project. */
  isCached: boolean;
  /** Admits the cached caller and counts the request as a run. @returns false when only `verify` can decide */
  admitCached(): Promise<boolean>;
  /** Authenticates and admits the caller, and counts the request as a run if not yet counted. @throws AppError */
  verify(): Promise<Verdict>;
  /** Refunds a counted run, or counts a write in its place. @throws AppError `rate_limited` */
  settle(settlement: Settlement): Promise<void>;
};

/** A caller over its run limit may still get a replayed response, which starts nothing. */
export type Verdict = { isOverLimit: false } | { isOverLimit: true; error: unknown };

/** The request's idempotency key, if it has one. Only a verified caller may read a stored response. */
export type KeyPort<Stored> = {
  /** Leases the key. @returns the response stored for it; null when this request leases the key, or has none */
  acquire(): Promise<Stored | null>;
  /** Finds the response stored for the key, without a lease. @returns null when none is stored */
  find(): Promise<Stored | null>;
  /**
   * Stores the response under a key that this request leases, or releases the lease so that another request may retry.
   */
  settle(response: Response): Promise<void>;
};

/** Inserts the run's row and reserves its money. */
type Recorder<Inserted> = {
  /**
   * Inserts from the caches, in one statement that verifies them and claims the key.
   * @returns null when nothing was inserted
   */
  insertCached(): Promise<Inserted | null>;
  /**
   * Inserts for the caller that `Gate.verify` returned.
   * @throws AppError, also for a malformed request
   */
  insertVerified(): Promise<Inserted>;
};

/** The project's Session, and the HTTP responses built from its results. */
type SessionPort<Inserted, Stored> = {
  dispatch(inserted: Inserted): Promise<Response>;
  /** Returns the stored response, and dispatches its run again when the Session never received it. */
  replay(stored: Stored): Promise<Response>;
};

/** The ports of a start. */
export type StartPorts<Inserted, Stored> = {
  /** Whether path, query and body of the request are valid. */
  isWellFormed: boolean;
  gate: Gate;
  key: KeyPort<Stored>;
  recorder: Recorder<Inserted>;
  session: SessionPort<Inserted, Stored>;
  /** Returns the problem document of an error. */
  problem(error: unknown): Response;
};

/**
 * Drives the start of a run to a final state, then settles its key and its rate limit.
 * @returns the response, in every case
 */
export async function driveStart<Inserted, Stored>(ports: StartPorts<Inserted, Stored>): Promise<Response> {
  let state: StartState<Inserted, Stored> = initialState({
    isCached: ports.gate.isCached,
    isWellFormed: ports.isWellFormed,
  });
  while (!isFinal(state)) {
    const event: StartEvent<Inserted, Stored> = await step(ports, state).catch((error: unknown) => ({
      type: "failed",
      error,
    }));
    state = transition(state, event);
  }
  return settled(ports, state);
}

/** Makes the call that belongs to a state. */
async function step<Inserted, Stored>(
  { gate, key, recorder, session }: StartPorts<Inserted, Stored>,
  state: Exclude<StartState<Inserted, Stored>, FinalState<Stored>>,
): Promise<StartEvent<Inserted, Stored>> {
  switch (state.name) {
    case "cached": {
      const inserted = (await gate.admitCached()) ? await recorder.insertCached() : null;
      return inserted === null ? { type: "stale" } : { type: "inserted", inserted };
    }
    case "verifying": {
      const verdict = await gate.verify();
      const stored = await (verdict.isOverLimit ? key.find() : key.acquire());
      if (stored !== null) return { type: "stored", stored };
      return verdict.isOverLimit ? { type: "failed", error: verdict.error } : { type: "leased" };
    }
    case "acquired":
      return { type: "inserted", inserted: await recorder.insertVerified() };
    case "recorded":
      return { type: "dispatched", response: await session.dispatch(state.inserted) };
  }
}

/** Returns the response of a final state; a problem document when the key or the rate limit cannot be settled. */
async function settled<Inserted, Stored>(
  ports: StartPorts<Inserted, Stored>,
  state: FinalState<Stored>,
): Promise<Response> {
  const { gate, key, problem } = ports;
  let response = await responseOf(ports, state).catch(problem);
  await key.settle(response).catch((error: unknown) => {
    response = problem(error);
  });
  await gate.settle(settlementOf(state.name, response.status)).catch((error: unknown) => {
    response = problem(error);
  });
  return response;
}

async function responseOf<Inserted, Stored>(
  { session, problem }: StartPorts<Inserted, Stored>,
  state: FinalState<Stored>,
): Promise<Response> {
  switch (state.name) {
    case "started":
      return state.response;
    case "replayed":
      return session.replay(state.stored);
    case "refused":
      return problem(state.error);
  }
}
