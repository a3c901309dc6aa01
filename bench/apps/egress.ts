// The cost of the egress gate: the same loop of requests to a server on loopback, from an app's server through the gate and
// from a Worker without one, in turn.
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { z } from "zod";
import { freePort } from "../../dev/ports.ts";
import { startStandInHost } from "../../test/preview/stand-in-host.ts";
import { type Caller, newCaller, newProject } from "../../test/stage/caller.ts";
import { openTestStack } from "../../test/stage/stack.ts";
import { batchResult } from "../../worker/contract/index.ts";
import { median, ms, percentile } from "../figures.ts";
import { ask } from "./ask.ts";

const calls = 20;
const rounds = 60;
/** Uncounted rounds, in which both sides are compiled. */
const warmUp = 10;

const serverFor = (host: string): string => `export default { async fetch(request) {
  for (let left = Number(new URL(request.url).searchParams.get("calls")); left > 0; left -= 1)
    await (await fetch("http://${host}/item", { headers: { "X-Call": String(left) } })).text();
  return new Response("done");
} };`;

/** @returns the time of one call in milliseconds: (a request with calls − a request without) ÷ the number of calls */
async function timeOfCall(origin: string): Promise<number> {
  const none = performance.now();
  await ask(`${origin}/api?calls=0`);
  const from = performance.now();
  await ask(`${origin}/api?calls=${calls}`);
  return (performance.now() - from - (from - none)) / calls;
}

/** Publishes an app that calls the host with a secret. @returns its origin */
async function publish(caller: Caller, host: string): Promise<string> {
  const projectId = await newProject(caller, "Bench");
  const at = `/v1/projects/${projectId}`;
  const operations = [{ op: "write", path: "src/server.js", content: serverFor(host) }];
  await caller.expect(batchResult, 201, `${at}/batches`, { body: { operations } });
  const any = z.unknown();
  await caller.expect(any, 200, `${at}/secrets/API_KEY`, { method: "PUT", body: { value: "a secret of the bench" } });
  const header = { name: "Authorization", template: "Bearer {{API_KEY}}" };
  await caller.expect(any, 201, `${at}/grants`, { body: { host, header } });
  const published = z.object({ url: z.string() });
  return (await caller.expect(published, 200, `${at}/publish`, { method: "POST", body: {} })).url;
}

async function startDirect(host: string): Promise<{ origin: string; stop(): Promise<void> }> {
  const port = await freePort();
  const runtime = new Miniflare(
    convertV4MiniflareOptions({
      host: "127.0.0.1",
      port,
      workers: [
        {
          name: "direct",
          modules: [{ type: "ESModule" as const, path: "main.js", contents: serverFor(host) }],
          compatibilityDate: "2026-11-01",
        },
      ],
    }),
  );
  await runtime.ready;
  return { origin: `http://127.0.0.1:${port}`, stop: () => runtime.dispose() };
}

/** Prints the time of a call through the gate and directly. */
export async function benchEgress(): Promise<void> {
  const outside = await startStandInHost();
  const stage = await openTestStack({ variables: { ALLOW_LOOPBACK_EGRESS: "true" } });
  const direct = await startDirect(outside.host);
  try {
    const app = await publish(await newCaller(stage.stack), outside.host);
    const through: number[] = [];
    const past: number[] = [];
    for (let round = -warmUp; round < rounds; round += 1) {
      const [one, other] = [await timeOfCall(app), await timeOfCall(direct.origin)];
      if (round < 0) continue;
      through.push(one);
      past.push(other);
    }
    const added = through.map((time, round) => time - (past[round] ?? 0));
    const of = (times: number[]) => `p50 ${ms(median(times))}, p95 ${ms(percentile(times, 95))}`;
    console.log(`An outbound call, ${rounds} rounds of ${calls} calls in turn`);
    console.log(`through the gate: ${of(through)}; directly: ${of(past)}; the gate adds ${of(added)}`);
  } finally {
    await direct.stop();
    await stage.close();
    await outside.close();
  }
}
