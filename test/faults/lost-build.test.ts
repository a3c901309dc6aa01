// Kills the preview runtime in the middle of a build. The client is asked to retry, and the retry succeeds.
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { signal } from "../../dev/processes.ts";
import { batchResult, preview } from "../../worker/contract/index.ts";
import { type Caller, newCaller, newProject } from "../stage/caller.ts";
import { openTestStack, type TestStack } from "../stage/stack.ts";
import { until } from "../stage/until.ts";

/** The duration of a configuration that outlives the runtime, in milliseconds. */
const CONFIG_MS = 4_000;
const KILL_MS = 1_000;
const SLOW_CONFIG = `await new Promise((resolve) => setTimeout(resolve, ${CONFIG_MS})); export default { define: { N: 1 } };`;

let testStack: TestStack;
let caller: Caller;
/** The API's runtime starts last, once the other runtimes have an address. */
let apiRuntime: number;

beforeAll(async () => {
  testStack = await openTestStack();
  caller = await newCaller(testStack.stack);
  apiRuntime = Math.max(...testStack.stack.workerd());
});

afterAll(() => testStack.close());

async function projectWith(files: Record<string, string>): Promise<string> {
  const projectId = await newProject(caller);
  const operations = Object.entries(files).map(([path, content]) => ({ op: "create", path, content }));
  await caller.expect(batchResult, 201, `/v1/projects/${projectId}/batches`, { body: { operations } });
  return projectId;
}

/**
 * Repeatedly kills all runtimes except the API's until the response arrives, since a busy machine may start the build
 * at any time.
 */
async function killDuring(request: Promise<Response>): Promise<Response> {
  let isAnswered = false;
  const answer = request.finally(() => {
    isAnswered = true;
  });
  while (!isAnswered) {
    await pause(KILL_MS);
    if (isAnswered) break;
    for (const pid of testStack.stack.workerd()) if (pid !== apiRuntime) signal(pid, "SIGKILL");
  }
  return answer;
}

it.each([
  ["POST", "/preview"],
  ["GET", "/builds/1"],
  ["POST", "/publish"],
])(
  "%s …%s returns 503 with a problem document when its build is lost, and succeeds when it is sent again",
  async (method, path) => {
    // A unique text, since an isolate that has evaluated the same text would not wait again.
    const config = `// ${crypto.randomUUID()}\n${SLOW_CONFIG}`;
    const page = { "index.html": '<script type="module" src="/main.js"></script>', "main.js": "console.log(N);" };
    const projectId = await projectWith({ ...page, "vite.config.js": config });
    const address = `/v1/projects/${projectId}${path}`;
    const init = method === "GET" ? { method } : { method, body: {} };
    const lost = await killDuring(caller.request(address, init));
    expect(lost.status, await lost.clone().text()).toBe(503);
    expect(lost.headers.get("content-type")).toContain("application/problem+json");
    expect(Number(lost.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await lost.json()).toMatchObject({ status: 503, code: "dependency_down" });
    const answered = await until("the runtime is there again", 60_000, async () => {
      const answer = await caller.request(address, init);
      if (answer.status === 503) return null;
      return { status: answer.status, text: await answer.text() };
    });
    expect(answered.status, answered.text).toBeLessThan(300);
    if (path === "/preview") expect(preview.parse(JSON.parse(answered.text)).build.ok).toBe(true);
  },
);
