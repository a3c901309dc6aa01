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

/** Who asks, and what they may. */
export type Gate = {
  /** Whether this isolate has cached both the caller and the project. */
  isCached: boolean;
  /** Admits the cached caller and counts the request as a run. @returns false when only `verify` can decide */
  admitCached(): Promise<boolean>;
  /** Authenticates and admits the caller, and counts the request as a run unless that is done. @throws AppError */
  verify(): Promise<Verdict>;
  /** Gives a counted run back, or counts a write in its place. @throws AppError `rate_limited` */
  settle(settlement: Settlement): Promise<void>;
};

/** Over the limit of runs only a stored response is given: it starts nothing. */
export type Verdict = { isOverLimit: false } | { isOverLimit: true; error: unknown };

/** The idempotency key of the request, where it has one. A stored response is read for a verified caller alone. */
export type KeyPort<Stored> = {
  /** Leases the key. @returns the response stored for it; null when this request leases the key, or has none */
  acquire(): Promise<Stored | null>;
  /** @returns the response stored for the key; null where there is none. Nothing is leased. */
  find(): Promise<Stored | null>;
  /** Stores the response under a key that this request leases, or ends the lease where another request may try for itself. */
  settle(response: Response): Promise<void>;
};

/** Inserts the run, with its money reserved. */
type Recorder<Inserted> = {
  /** By the caches, in one statement that verifies them and claims the key. @returns null when nothing happened */
  insertCached(): Promise<Inserted | null>;
  /** By what `Gate.verify` found. @throws AppError, also for a request that is not well-formed */
  insertVerified(): Promise<Inserted>;
};

/** The project's Session, and the responses made of what it returns. */
type SessionPort<Inserted, Stored> = {
  dispatch(inserted: Inserted): Promise<Response>;
  /** The stored response, after a run that its Session never got was dispatched again. */
  replay(stored: Stored): Promise<Response>;
};

export type StartPorts<Inserted, Stored> = {
  /** Whether path, query and body of the request are valid. */
  isWellFormed: boolean;
  gate: Gate;
  key: KeyPort<Stored>;
  recorder: Recorder<Inserted>;
  session: SessionPort<Inserted, Stored>;
  /** The problem document for whatever was thrown. */
  problem(error: unknown): Response;
};

/** Takes the start of a run through its states, and settles what it owes. @returns the response, whatever happened */
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

/** Makes the call that a state stands for. */
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

/** The response of a start that has ended; a problem where what it owes cannot be settled. */
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
