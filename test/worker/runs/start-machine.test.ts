import { describe, expect, it } from "vitest";
import { driveStart, type StartPorts } from "../../../worker/runs/index.ts";
import {
  initialState,
  isFinal,
  type StartEvent,
  type StartState,
  settlementOf,
  transition,
} from "../../../worker/runs/start/start-machine.ts";

// The start of a run without I/O: the machine by its events, and the driver over ports that record their calls.

type State = StartState<string, string>;
type Event = StartEvent<string, string>;

const response = new Response("run", { status: 202 });
const states: State[] = [
  { name: "cached" },
  { name: "verifying" },
  { name: "acquired" },
  { name: "recorded", inserted: "run" },
  { name: "replayed", stored: "response" },
  { name: "started", response },
  { name: "refused", error: "why" },
];
const events: Event[] = [
  { type: "inserted", inserted: "run" },
  { type: "stale" },
  { type: "leased" },
  { type: "stored", stored: "response" },
  { type: "dispatched", response },
  { type: "failed", error: "why" },
];
const table: Record<string, string> = {
  "cached inserted": "recorded",
  "cached stale": "verifying",
  "cached failed": "refused",
  "verifying leased": "acquired",
  "verifying stored": "replayed",
  "verifying failed": "refused",
  "acquired inserted": "recorded",
  "acquired failed": "refused",
  "recorded dispatched": "started",
  "recorded failed": "refused",
};

describe("the start machine", () => {
  it.each(states.flatMap((state) => events.map((event) => [state, event] as const)))(
    "the start machine takes $0.name on the event $1.type to the state of the table, and refuses every other event",
    (state, event) => {
      const next = table[`${state.name} ${event.type}`];
      if (next === undefined)
        expect(() => transition(state, event)).toThrow(`${event.type} in the state ${state.name}`);
      else expect(transition(state, event)).toEqual(states.find(({ name }) => name === next));
    },
  );

  it("the start machine's final states are exactly those that the table never leaves", () => {
    const left = states.filter((state) => !Object.keys(table).some((key) => key.startsWith(`${state.name} `)));
    expect(states.filter(isFinal)).toEqual(left);
  });

  it.each([
    [true, true, "cached"],
    [true, false, "verifying"],
    [false, true, "verifying"],
    [false, false, "verifying"],
  ])(
    "the start machine begins a request that is cached (%s) and well-formed (%s) in the state %s",
    (isCached, isWellFormed, name) => {
      expect(initialState({ isCached, isWellFormed })).toEqual({ name });
    },
  );

  it.each([
    ["started", 202, "keep"],
    ["started", 503, "refund"],
    ["replayed", 202, "count as a write"],
    ["replayed", 503, "refund"],
    ["refused", 422, "count as a write"],
    ["refused", 503, "refund"],
  ] as const)(
    "the start machine settles a start that ended as %s with the status %s by the rule “%s”",
    (name, status, settlement) => {
      expect(settlementOf(name, status)).toBe(settlement);
    },
  );
});

type Outcomes = {
  isWellFormed?: boolean;
  isCached?: boolean;
  admitCached?: boolean | Error;
  insertCached?: string | null | Error;
  verify?: "ok" | "over the limit" | Error;
  acquire?: string | null | Error;
  find?: string | null;
  insertVerified?: string | Error;
  dispatch?: number | Error;
  settleKey?: Error;
  settleLimit?: Error;
};

/**
 * Ports with predefined results.
 * @returns them with their calls, in order
 */
function fakePorts(outcomes: Outcomes): { ports: StartPorts<string, string>; calls: string[] } {
  const calls: string[] = [];
  const call = async <T>(name: string, outcome: T | Error): Promise<T> => {
    calls.push(name);
    if (outcome instanceof Error) throw outcome;
    return outcome;
  };
  const overLimit = { isOverLimit: true, error: new Error("429 over the limit") } as const;
  const verdict = outcomes.verify === "over the limit" ? overLimit : ({ isOverLimit: false } as const);
  const ports: StartPorts<string, string> = {
    isWellFormed: outcomes.isWellFormed ?? true,
    gate: {
      isCached: outcomes.isCached ?? true,
      admitCached: () => call("admitCached", outcomes.admitCached ?? true),
      verify: () => call("verify", outcomes.verify instanceof Error ? outcomes.verify : verdict),
      settle: (settlement) => call(`limit: ${settlement}`, outcomes.settleLimit ?? undefined),
    },
    key: {
      acquire: () => call("acquire", outcomes.acquire ?? null),
      find: () => call("find", outcomes.find ?? null),
      settle: ({ status }) => call(`key: ${status}`, outcomes.settleKey ?? undefined),
    },
    recorder: {
      insertCached: () =>
        call("insertCached", outcomes.insertCached === undefined ? "cached run" : outcomes.insertCached),
      insertVerified: () => call("insertVerified", outcomes.insertVerified ?? "run"),
    },
    session: {
      dispatch: async (run) => new Response(run, { status: await call("dispatch", outcomes.dispatch ?? 202) }),
      replay: async (stored) => new Response(await call("replay", stored), { status: 202 }),
    },
    problem: (error) => {
      const { message } = error as Error;
      return new Response(message.slice(4), { status: Number(message.slice(0, 3)) });
    },
  };
  return { ports, calls };
}

describe("the driver of a start", () => {
  it.each<[string, Outcomes, string[], string]>([
    [
      "starts a cached request by one insert",
      {},
      ["admitCached", "insertCached", "dispatch", "key: 202", "limit: keep"],
      "202 cached run",
    ],
    [
      "verifies the caller when a cached assumption does not hold",
      { insertCached: null },
      ["admitCached", "insertCached", "verify", "acquire", "insertVerified", "dispatch", "key: 202", "limit: keep"],
      "202 run",
    ],
    [
      "verifies a cached caller who is not admitted, before anything is told",
      { admitCached: false, verify: new Error("401 bad token") },
      ["admitCached", "verify", "key: 401", "limit: count as a write"],
      "401 bad token",
    ],
    [
      "verifies the caller of a request that is not well-formed, and leases the key before it is refused",
      { isWellFormed: false, insertVerified: new Error("422 no prompt") },
      ["verify", "acquire", "insertVerified", "key: 422", "limit: count as a write"],
      "422 no prompt",
    ],
    [
      "replays the stored response of a used key",
      { isCached: false, acquire: "stored" },
      ["verify", "acquire", "replay", "key: 202", "limit: count as a write"],
      "202 stored",
    ],
    [
      "replays a stored response over the limit, and leases nothing",
      { isCached: false, verify: "over the limit", find: "stored" },
      ["verify", "find", "replay", "key: 202", "limit: count as a write"],
      "202 stored",
    ],
    [
      "refuses a new request over the limit",
      { isCached: false, verify: "over the limit" },
      ["verify", "find", "key: 429", "limit: count as a write"],
      "429 over the limit",
    ],
    [
      "does not verify the caller when the database failed, since the run may have been inserted",
      { insertCached: new Error("503 outcome unknown") },
      ["admitCached", "insertCached", "key: 503", "limit: refund"],
      "503 outcome unknown",
    ],
    [
      "refuses a run whose project was deleted before the Session had it",
      { dispatch: new Error("404 no project") },
      ["admitCached", "insertCached", "dispatch", "key: 404", "limit: count as a write"],
      "404 no project",
    ],
    [
      "answers with the failure when the response could not be stored for the key",
      { isCached: false, settleKey: new Error("503 no database") },
      ["verify", "acquire", "insertVerified", "dispatch", "key: 202", "limit: refund"],
      "503 no database",
    ],
    [
      "answers with the limit of writes when a refused start exceeds it",
      { isCached: false, insertVerified: new Error("422 no agent"), settleLimit: new Error("429 writes") },
      ["verify", "acquire", "insertVerified", "key: 422", "limit: count as a write"],
      "429 writes",
    ],
  ])("the driver of a start %s", async (_, outcomes, expectedCalls, expectedResponse) => {
    const { ports, calls } = fakePorts(outcomes);
    const answer = await driveStart(ports);
    expect(calls).toEqual(expectedCalls);
    expect(`${answer.status} ${await answer.text()}`).toBe(expectedResponse);
  });
});
