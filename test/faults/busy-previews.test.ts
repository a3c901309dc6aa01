// One account's code blocks its own runtime: an endless loop in an app, a type or a configuration that never
// terminates. Other accounts must be unaffected.
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { batchResult, preview, type RunEvent, run } from "../../worker/contract/index.ts";
import { type Caller, logOf, newCaller, newProject } from "../stage/caller.ts";
import { openTestStack, type TestStack } from "../stage/stack.ts";
import { watch } from "../stage/stream-reader.ts";
import { until } from "../stage/until.ts";
import { enter, visit } from "./preview-request.ts";

const HEALTHY_MS = 100;
const LOOPING = "export default { fetch: () => { for (;;); } };";
const ANSWERING = 'export default { fetch: () => new Response("answered") };';
/**
 * Each line makes the compiler compare 800,000 properties, and it checks its deadline only between declarations of
 * other kinds.
 */
const ENDLESS_TYPES = `type Build<N extends number, T extends unknown[] = []> = T["length"] extends N ? T : Build<N, [...T, unknown]>;
type Pairs<A extends number, B> = { [K in keyof Build<A>]: { [L in keyof Build<A>]: [K, L, B] } };
type P<B> = Pairs<898, B>;
type Q<B> = Pairs<900, B>;
${Array.from({ length: 1_000 }, (_, index) => `export const a${index}: P<${index}> = 0 as never as Q<${index}>;`).join("\n")}
`;

let testStack: TestStack;
let hostile: Caller;
let other: Caller;

beforeAll(async () => {
  testStack = await openTestStack();
  [hostile, other] = await Promise.all([newCaller(testStack.stack), newCaller(testStack.stack)]);
});

afterAll(() => testStack.close());

async function projectWith(caller: Caller, files: Record<string, string>): Promise<string> {
  const projectId = await newProject(caller);
  const operations = Object.entries(files).map(([path, content]) => ({ op: "create", path, content }));
  const headers = { "Idempotency-Key": crypto.randomUUID() };
  await caller.expect(batchResult, 201, `/v1/projects/${projectId}/batches`, { body: { operations }, headers });
  return projectId;
}

/**
 * Opens a project's preview.
 * @returns a function that sends a request to the app's server
 */
async function openPreview(caller: Caller, projectId: string): Promise<() => ReturnType<typeof visit>> {
  const { url } = await caller.expect(preview, 201, `/v1/projects/${projectId}/preview`, { method: "POST", body: {} });
  const cookie = await enter(url);
  return () => visit(`${new URL(url).origin}/api`, { cookie });
}

/** Makes an agent check the types of a project. */
async function checkTypes(caller: Caller, projectId: string): Promise<RunEvent[]> {
  const script = JSON.stringify([{ text: "I check.", tools: [{ name: "check", input: {} }] }, { text: "Done." }]);
  const body = { prompt: `${crypto.randomUUID()}\n\`\`\`script\n${script}\n\`\`\``, agent: "fullstack" };
  const { id } = await caller.expect(run, 202, `/v1/projects/${projectId}/runs`, { body });
  await watch(caller, id);
  return logOf(caller, id);
}

/**
 * Polls `/v1/health` while `work` runs.
 * @returns the response times in milliseconds
 */
async function healthWhile(work: Promise<unknown>): Promise<number[]> {
  const taken: number[] = [];
  let isOver = false;
  const end = work.finally(() => {
    isOver = true;
  });
  while (!isOver) {
    const sentAt = performance.now();
    const answer = await fetch(`http://127.0.0.1:${testStack.stack.port}/v1/health`, {
      signal: AbortSignal.timeout(10_000),
    });
    await answer.arrayBuffer();
    expect(answer.status).toBe(200);
    taken.push(performance.now() - sentAt);
    await pause(20);
  }
  await end;
  return taken.sort((one, other) => one - other);
}

const at = (sorted: number[], share: number): number => sorted[Math.floor((sorted.length - 1) * share)] ?? 0;

/** Expects response times relative to those without the hostile account, since the machine may be busy. */
async function expectHealthy(taken: number[], ms: number): Promise<void> {
  const usual = await healthWhile(pause(3_000));
  const figures = [at(taken, 0.5), at(taken, 0.95), at(taken, 1), at(usual, 0.95)].map(Math.round);
  console.log(
    `health beside it for ${Math.round(ms)} ms: p50, p95, max ${figures.slice(0, 3)} ms; usual p95 ${figures[3]} ms`,
  );
  expect(at(taken, 0.95)).toBeLessThanOrEqual(Math.max(HEALTHY_MS, 1.5 * at(usual, 0.95)));
}

describe("an app whose server never returns", () => {
  it("an app whose server never returns leaves the API as fast as before, and other accounts' previews respond once it is stopped", async () => {
    const looping = await openPreview(hostile, await projectWith(hostile, { "src/server.ts": LOOPING }));
    const answering = await openPreview(other, await projectWith(other, { "src/server.ts": ANSWERING }));
    expect((await answering()).text).toBe("answered");
    const began = performance.now();
    const ended = looping().then(
      ({ status }) => status,
      () => "cut",
    );
    const taken = await healthWhile(ended);
    await expectHealthy(taken, performance.now() - began);
    expect(["cut", 502, 503]).toContain(await ended);
    const answer = await until("the other account's app answers", 60_000, async () => {
      const { text } = await answering().catch(() => ({ text: "" }));
      return text === "answered";
    });
    expect(answer).toBe(true);
  });
});

describe("types that never end", () => {
  it("Types that never end are a diagnostic after seconds, while the API, other apps and other type checks respond", async () => {
    const endless = await projectWith(hostile, { "index.html": "<p>x</p>", "src/main.ts": ENDLESS_TYPES });
    const wrong = await projectWith(other, {
      "index.html": "<p>x</p>",
      "src/main.ts": "export const a: number = 'x';",
    });
    const answering = await openPreview(other, await projectWith(other, { "src/server.ts": ANSWERING }));
    const began = performance.now();
    const check = checkTypes(hostile, endless);
    const besides = checkTypes(other, wrong);
    const taken = healthWhile(check);
    const response = await answering();
    expect(response.text).toBe("answered");
    expect(JSON.stringify(await besides)).toContain("TS2322");
    expect(JSON.stringify(await checkTypes(other, wrong))).toContain("TS2322");
    expect(JSON.stringify(await check)).toContain("stopped after 5 s");
    await expectHealthy(await taken, performance.now() - began);
  });
});

describe("a vite.config that never ends", () => {
  it.each([
    ["itself", "for (;;);"],
    [
      "in a function that names classes",
      "export default { css: { modules: { generateScopedName: () => { for (;;); } } } };",
    ],
  ])(
    "a vite.config that never ends %s fails the build after two stopped ones, and other accounts' previews respond",
    async (_, config) => {
      const answering = await openPreview(other, await projectWith(other, { "src/server.ts": ANSWERING }));
      expect((await answering()).text).toBe("answered");
      const page = { "index.html": "<p>x</p>", "src/server.ts": ANSWERING, "src/a.module.css": ".a { color: red }" };
      const endless = await projectWith(hostile, { ...page, "vite.config.js": config });
      // A request fails while its runtime is being stopped. A person would retry too.
      const givenUp = await until("the build is given up", 180_000, async () => {
        const visited = openPreview(hostile, endless).then((ask) => ask());
        const { text } = await visited.catch(() => ({ text: "" }));
        return text.includes("was stopped more than once");
      });
      expect(givenUp).toBe(true);
      expect((await answering()).text).toBe("answered");
    },
  );
});
