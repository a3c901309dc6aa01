// A caller who loses a right loses access: open connections close within five seconds, the preview refuses within one,
// and other callers are unaffected.
import { afterAll, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { preview } from "../../worker/contract/index.ts";
import { type Caller, callerWith, newCaller, newProject, startRun } from "../stage/caller.ts";
import { openSocket, type Socket } from "../stage/socket.ts";
import { openTestStack, type TestStack } from "../stage/stack.ts";
import { until } from "../stage/until.ts";
import { enter, visit } from "./preview-request.ts";
import { type Random, randomOf, roundsOf, seedOf } from "./random.ts";

const rounds = roundsOf(5);
const projectsOfOne = 6;
const connections = 24;
const closedWithinMs = 5_000;
const refusedWithinMs = 1_000;

let testStack: TestStack;
let owner: Caller;
let random: Random;

beforeAll(async () => {
  testStack = await openTestStack();
  owner = await newCaller(testStack.stack);
  random = randomOf(seedOf("revocation"));
});

afterAll(() => testStack.close());

type Token = { id: string; caller: Caller };
type Open = { token: Token; what: string; isClosed: boolean; cut(): void };

const person = (): Caller => {
  const { appUrl, port } = testStack.stack;
  return callerWith(appUrl, port, { Origin: appUrl, Cookie: owner.cookie }, owner.cookie);
};

async function newToken(): Promise<Token> {
  const body = { name: "live", scopes: ["projects:read", "projects:write", "runs:read", "runs:write"] };
  const made = await person().expect(z.object({ id: z.string(), token: z.string() }), 201, "/v1/tokens", { body });
  const { appUrl, port } = testStack.stack;
  return { id: made.id, caller: callerWith(appUrl, port, { Authorization: `Bearer ${made.token}` }, "") };
}

async function openFeed(token: Token, projectId: string): Promise<Open> {
  const open: Open = { token, what: "feed", isClosed: false, cut: () => undefined };
  const address = {
    port: testStack.stack.port,
    path: `/v1/projects/${projectId}/live`,
    headers: token.caller.credentials,
  };
  const onEnd = () => {
    open.isClosed = true;
  };
  const socket: Socket = await openSocket(address, { onText: () => undefined, onEnd });
  open.cut = () => socket.cut();
  return open;
}

async function openStream(token: Token, runId: string): Promise<Open> {
  const gone = new AbortController();
  const open: Open = { token, what: "stream", isClosed: false, cut: () => gone.abort() };
  const init = { headers: { Accept: "text/event-stream" }, signal: gone.signal };
  const answer = await token.caller.request(`/v1/runs/${runId}/events`, init);
  if (answer.status !== 200) throw new Error(`no stream: ${answer.status} ${await answer.text()}`);
  const read = async () => {
    for await (const _ of answer.body ?? []) if (open.isClosed) return;
  };
  // An error counts as an end too: a cut connection surfaces as an error here.
  void read()
    .catch(() => undefined)
    .finally(() => {
      open.isClosed = true;
    });
  return open;
}

it(`Revoking a token closes its connections and no others, in ${rounds} rounds of ${connections} connections`, async () => {
  const projects = await Promise.all(Array.from({ length: projectsOfOne }, () => newProject(owner)));
  const runs = await Promise.all(projects.map((id) => startRun(owner, id, "[[stream 20000 deltas at 50 ms]]")));
  for (let round = 0; round < rounds; round += 1) {
    const [lost, kept] = await Promise.all([newToken(), newToken()]);
    const opened = await Promise.all(
      Array.from({ length: connections }, () => {
        const at = random.whole(0, projectsOfOne - 1);
        const token = random.pick([lost, kept]);
        return random.pick([true, false]) ? openFeed(token, projects[at] ?? "") : openStream(token, runs[at]?.id ?? "");
      }),
    );
    const path = random.pick([`/v1/tokens/${lost.id}`, `/v1/tokens/${lost.id}/rotate`]);
    const init = path.endsWith("/rotate") ? { body: {} } : { method: "DELETE" };
    const revoked = await person().request(path, init);
    expect([201, 204]).toContain(revoked.status);
    const ofLost = opened.filter(({ token }) => token === lost);
    await until("the revoked token's connections to close", closedWithinMs, async () =>
      ofLost.every(({ isClosed }) => isClosed),
    );
    expect(opened.filter(({ token, isClosed }) => token === kept && isClosed)).toEqual([]);
    for (const { cut } of opened) cut();
  }
  await Promise.all(runs.map(({ id }) => owner.request(`/v1/runs/${id}/cancel`, { method: "POST" })));
});

it(`a preview's cookie is refused within a second after each of ${rounds} revocations, and its link from then on`, async () => {
  const projectId = await newProject(owner);
  const at = `/v1/projects/${projectId}`;
  const operations = [{ op: "create", path: "index.html", content: "<h1>Private</h1>" }];
  expect((await owner.request(`${at}/batches`, { body: { operations } })).status).toBe(201);
  const link = async () => (await owner.expect(preview, 201, `${at}/preview`, { body: {} })).url;
  for (let round = 0; round < rounds; round += 1) {
    const [used, unused] = [await link(), await link()];
    const cookie = await enter(used);
    const { origin } = new URL(used);
    expect((await visit(`${origin}/`, { cookie })).status).toBe(200);
    const [method, path] = random.pick([
      ["DELETE", `${at}/preview`],
      ["POST", `${at}/publish`],
    ]);
    const answer = await owner.request(path, { method });
    expect([200, 204]).toContain(answer.status);
    await until(
      "the cookie to be refused",
      refusedWithinMs,
      async () => (await visit(`${origin}/`, { cookie })).status === 403,
    );
    expect((await visit(unused)).status).toBe(403);
    await owner.request(`${at}/publish`, { method: "DELETE" });
  }
});
