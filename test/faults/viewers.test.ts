// A hundred viewers of one run on three transports, each cut repeatedly. The parts that each viewer receives add up to
// the log.
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventPage, isTerminal, type LiveEvent, liveFrame, type RunEvent } from "../../worker/contract/index.ts";
import { type Caller, callerWith, logOf, newCaller, newProject, startRun } from "../stage/caller.ts";
import { openSocket, type Socket } from "../stage/socket.ts";
import { openTestStack, type TestStack } from "../stage/stack.ts";
import { framesOf } from "../stage/stream-reader.ts";
import { type Random, randomOf, seedOf } from "./random.ts";

const viewers = 100;
/** About twelve seconds, during which each viewer opens about forty connections. */
const prompt = "[[stream 2400 deltas at 5 ms]]";
const transports = ["stream", "pages", "socket"] as const;
type Transport = (typeof transports)[number];

let testStack: TestStack;
let caller: Caller;
let random: Random;

beforeAll(async () => {
  testStack = await openTestStack();
  const { appUrl, port } = testStack.stack;
  const { cookie } = await newCaller(testStack.stack);
  // Authenticates by cookie from the app's own pages, as browsers do.
  caller = callerWith(appUrl, port, { Cookie: cookie, Origin: appUrl }, cookie);
  random = randomOf(seedOf("viewers"));
});

afterAll(() => testStack.close());

type Run = { id: string; projectId: string };
/**
 * The events that a viewer received over all its connections. `place` is its cursor: a `seq`, and on the socket a
 * `pos`.
 */
type Seen = { events: RunEvent[]; place: number; connections: number };
type Viewer = { transport: Transport; run: Run; random: Random };

const hasEnded = ({ events }: Seen): boolean => isTerminal(events.at(-1)?.type ?? "run.created");

/** Watches to the end over connections of limited life, reconnecting at once after each cut. */
async function watch({ transport, run, random: own }: Viewer, life: () => number): Promise<Seen> {
  const seen: Seen = { events: [], place: 0, connections: 0 };
  const once = { stream: streamOnce, pages: pagesOnce, socket: socketOnce }[transport];
  while (!hasEnded(seen)) {
    seen.connections += 1;
    await once(run, seen, life());
    if (!hasEnded(seen)) await pause(own.whole(0, 20));
  }
  return seen;
}

/** Cuts a connection some time after the response: on a busy machine the response alone may take longer. */
async function cutAfter(lifeMs: number, connect: (signal: AbortSignal, onResponse: () => void) => Promise<void>) {
  const gone = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const onResponse = () => {
    timer ??= setTimeout(() => gone.abort(), lifeMs);
  };
  try {
    await connect(gone.signal, onResponse);
  } catch (error) {
    if (!gone.signal.aborted) throw error;
  } finally {
    clearTimeout(timer);
  }
}

const streamOnce = (run: Run, seen: Seen, lifeMs: number): Promise<void> =>
  cutAfter(lifeMs, async (signal, onResponse) => {
    const headers = { Accept: "text/event-stream", "Last-Event-ID": String(seen.place) };
    const answer = await caller.request(`/v1/runs/${run.id}/events`, { headers, signal });
    if (answer.status !== 200 || answer.body === null) throw new Error(`${answer.status} ${await answer.text()}`);
    onResponse();
    for await (const event of framesOf(answer.body)) {
      seen.events.push(event);
      seen.place = event.seq;
    }
  });

const pagesOnce = (run: Run, seen: Seen, lifeMs: number): Promise<void> =>
  cutAfter(lifeMs, async (signal, onResponse) => {
    for (let closed = false; !closed; ) {
      const path = `/v1/runs/${run.id}/events?after=${seen.place}&limit=50`;
      const page = await caller.expect(eventPage, 200, path, { signal });
      onResponse();
      seen.events.push(...page.data);
      seen.place = page.nextAfter;
      closed = page.closed;
      if (page.upToDate && !closed) await pause(150, undefined, { signal });
    }
  });

async function socketOnce({ projectId }: Run, seen: Seen, lifeMs: number): Promise<void> {
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  const { promise: resumed, resolve: start } = Promise.withResolvers<void>();
  let isResumed = false;
  const from = seen.place;
  const take = (text: string) => {
    const frame = liveFrame.parse(JSON.parse(text));
    // The server treats a late, silent connection as new and starts it at the log's end, so only a resumed connection
    // counts.
    if (frame.type === "resumed") isResumed = frame.after === from;
    if (isResumed) start();
    if (!isResumed || !isRunEvent(frame)) return;
    const { pos, ...event } = frame;
    seen.events.push(event);
    seen.place = pos;
    if (isTerminal(event.type)) end();
  };
  const path = `/v1/projects/${projectId}/live`;
  const address = { port: testStack.stack.port, path, headers: caller.credentials };
  const close = () => {
    start();
    end();
  };
  const socket: Socket = await openSocket(address, { onText: take, onEnd: close });
  socket.send(JSON.stringify({ type: "resume", after: from }));
  await resumed;
  await Promise.race([ended, pause(lifeMs)]);
  socket.cut();
}

const isRunEvent = (frame: object): frame is Extract<LiveEvent, { runId: string }> =>
  "runId" in frame && "pos" in frame;

const inTheMiddle = (own: Random) => () => own.whole(50, 500);
const uncut = () => 60_000;

describe("a hundred viewers, each cut every 50 to 500 ms", () => {
  it("a hundred viewers cut every 50 to 500 ms each join their frames to the log, on every transport", async () => {
    const run = await startRun(caller, await newProject(caller), prompt);
    const watching = Array.from({ length: viewers }, async (_, index) => {
      const transport = transports[index % transports.length] ?? "stream";
      const own = randomOf(random.whole(1, 2 ** 31));
      return { transport, seen: await watch({ transport, run, random: own }, inTheMiddle(own)) };
    });
    const all = await Promise.all(watching);
    const log = await logOf(caller, run.id);
    expect(log.at(-1)?.type).toBe("run.completed");
    for (const { transport, seen } of all) {
      expect(
        seen.events.map(({ seq }) => seq),
        transport,
      ).toEqual(log.map(({ seq }) => seq));
      expect(seen.events, transport).toEqual(log);
    }
    for (const transport of transports) {
      const connections = all.filter((one) => one.transport === transport).map(({ seen }) => seen.connections);
      const sum = connections.reduce((one, other) => one + other, 0);
      console.log(`${transport}: ${connections.length} viewers, ${sum} connections`);
      expect(sum).toBeGreaterThan(connections.length * 5);
    }
  });
});

describe("a viewer that left in the middle and comes back after the end", () => {
  it.each(transports)(
    "a viewer that left during the run gets the tail and the outcome by the same cursor: %s",
    async (transport) => {
      const run = await startRun(caller, await newProject(caller), "[[stream 200 deltas at 5 ms]]");
      const whole = await watch({ transport: "stream", run, random }, uncut);
      const left = Math.floor(whole.events.length / 2);
      const seen: Seen = { events: whole.events.slice(0, left), place: left, connections: 0 };
      await { stream: streamOnce, pages: pagesOnce, socket: socketOnce }[transport](run, seen, 60_000);
      expect(seen.events).toEqual(whole.events);
      expect(seen.events.at(-1)?.type).toBe("run.completed");
    },
  );
});
