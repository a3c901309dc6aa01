import { setTimeout as pause } from "node:timers/promises";
import { newProject } from "../../test/stage/caller.ts";
import { framesOf } from "../../test/stage/stream-reader.ts";
import { run as runSchema } from "../../worker/contract/index.ts";
import { prompt, restMs } from "./first-delta.ts";
import type { Stage } from "./stage.ts";

type Client = { credentials: Record<string, string>; isKeyed: boolean; isOneRequest: boolean };
/** Milliseconds from sending a prompt to the response, and to the first delta. */
type StartTimes = { responseMs: number; firstDeltaMs: number };

/** The round trip added to each database request, in milliseconds. */
export const databaseDelayMs = 40;
/** Leaves time for the database requests that follow a run. */
const pauseMs = (delayMs: number): number => restMs + 6 * delayMs;

/**
 * Measures starts of runs by each kind of client while every database request takes longer. The added time shows how
 * many sequential database requests a start waits for.
 */
export async function measureDistant(stage: Stage, rounds: number): Promise<Record<string, StartTimes[]>> {
  const { credentials, cookie, appUrl } = stage.caller;
  const person = { Cookie: cookie, Origin: appUrl };
  const clients: Record<string, Client> = {
    "a program, its answer the stream": { credentials, isKeyed: false, isOneRequest: true },
    "a program, by a key, then the stream": { credentials, isKeyed: true, isOneRequest: false },
    "the web app, by a key, then the stream": { credentials: person, isKeyed: true, isOneRequest: false },
  };
  const timesByClient: Record<string, StartTimes[]> = {};
  const projectId = await newProject(stage.caller);
  // The first two rounds fill the isolate's caches of callers and projects.
  for (let round = -2; round < rounds; round += 1) {
    for (const [name, client] of Object.entries(clients)) {
      const { faults } = stage.stack.gateway;
      await pause(pauseMs(faults.delayMs));
      faults.delayMs = databaseDelayMs;
      const one = await start(stage, projectId, client).finally(() => {
        faults.delayMs = 0;
      });
      if (round >= 0) timesByClient[name] = [...(timesByClient[name] ?? []), one];
    }
  }
  return timesByClient;
}

async function start({ stack }: Stage, projectId: string, client: Client): Promise<StartTimes> {
  const { credentials, isKeyed, isOneRequest } = client;
  const url = (path: string) => `http://127.0.0.1:${stack.port}/v1/${path}`;
  const from = performance.now();
  const answer = await fetch(url(`projects/${projectId}/runs`), {
    method: "POST",
    headers: {
      ...credentials,
      "Content-Type": "application/json",
      Accept: isOneRequest ? "text/event-stream" : "application/json",
      ...(isKeyed && { "Idempotency-Key": crypto.randomUUID() }),
    },
    body: JSON.stringify({ prompt, agent: "fullstack" }),
  });
  if (answer.status !== 202) throw new Error(`run: ${answer.status} ${await answer.text()}`);
  const responseMs = performance.now() - from;
  let stream = answer;
  if (!isOneRequest) {
    const { id } = runSchema.parse(await answer.json());
    stream = await fetch(url(`runs/${id}/events`), { headers: { ...credentials, Accept: "text/event-stream" } });
  }
  if (!stream.body) throw new Error(`no stream: ${stream.status}`);
  let firstDeltaMs = 0;
  for await (const event of framesOf(stream.body)) {
    if (firstDeltaMs === 0 && event.type === "text.delta") firstDeltaMs = performance.now() - from;
  }
  return { responseMs, firstDeltaMs };
}
