import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { apiToken, session, user } from "../../../drizzle/schema/index.ts";
import type { TokenActor } from "../../../worker/accounts/index.ts";
import { hashToken } from "../../../worker/accounts/token-text.ts";
import { newId } from "../../../worker/contract/index.ts";
import { commitStatement } from "../../../worker/database/index.ts";
import { selectProjectSnapshot } from "../../../worker/runs/start/project-snapshot.ts";
import { insertRunOptimistic } from "../../../worker/runs/store.ts";
import { database, databaseRequestsOf } from "../database/direct.ts";
import { type Caller, type Run, runToEnd } from "../stage/client.ts";
import { startOf } from "./insert-run.ts";
import { rowsOf } from "./start.ts";
import { body, fromAnywhere, type Program, warmPerson, warmProgram } from "./warm-callers.ts";

// A program that starts one run after another: the second start uses the cached token and project, and the INSERT
// verifies them.

const started = async (program: Caller, runs: string, more: object = {}) => {
  const answer = await program.request(runs, { body: { ...body, ...more } });
  expect(answer.status).toBe(202);
  return { run: await answer.json<Run>(), requests: databaseRequestsOf(answer) };
};

describe("an optimistic start by a token", () => {
  it("a second start by the same token takes one database request, and creates a run like any other", async () => {
    const { program, projectId, runs } = await warmProgram();
    const { run, requests } = await started(program, runs);
    expect(requests).toBe(1);
    expect(run).toMatchObject({ projectId, agent: "fullstack" });
    await expect.poll(() => program.expect<Run>(200, `/v1/runs/${run.id}`)).toMatchObject({ status: "completed" });
    expect((await rowsOf(projectId)).map(({ status }) => status)).toEqual(["completed", "completed"]);
  });

  it("a second start with a stream takes one database request, and streams from the first event", async () => {
    const { program, projectId } = await warmProgram();
    const { events, run } = await runToEnd(program, projectId, body);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
    expect(events[0]).toMatchObject({ type: "run.created", runId: run.id });
    expect(events.at(-1)?.type).toBe("run.completed");
  });

  it("an optimistic start updates the token's lastUsedAt", async () => {
    const { program, runs, token } = await warmProgram();
    const before = new Date(Date.now() - 3_600_000);
    await database.update(apiToken).set({ lastUsedAt: before }).where(eq(apiToken.id, token.id));
    expect((await started(program, runs)).requests).toBe(1);
    const [row] = await database.select().from(apiToken).where(eq(apiToken.id, token.id));
    expect(row?.lastUsedAt?.getTime()).toBeGreaterThan(before.getTime());
  });
});

/** Changes that invalidate a cached assumption, and the response to the next start. */
const changes: [string, (program: Program) => Promise<unknown>, status: number, code: string][] = [
  [
    "a revoked token",
    ({ ada, token }) => ada.expect(204, `/v1/tokens/${token.id}`, { method: "DELETE" }),
    401,
    "invalid_token",
  ],
  [
    "an expired token",
    ({ token }) =>
      database
        .update(apiToken)
        .set({ expiresAt: new Date(Date.now() - 1_000) })
        .where(eq(apiToken.id, token.id)),
    401,
    "invalid_token",
  ],
  [
    "a token without the scope",
    ({ token }) =>
      database
        .update(apiToken)
        .set({ scopes: ["runs:read"] })
        .where(eq(apiToken.id, token.id)),
    403,
    "insufficient_scope",
  ],
  [
    "a deleted project",
    ({ ada, projectId }) => ada.expect(204, `/v1/projects/${projectId}`, { method: "DELETE" }),
    404,
    "not_found",
  ],
  [
    "a budget of nothing",
    ({ ada }) => ada.expect(200, "/v1/me", { method: "PATCH", body: { budget: { dailyMicroUsd: 0 } } }),
    429,
    "budget_exceeded",
  ],
];

describe("a stale cached assumption", () => {
  it.each(changes)("a start with a stale cache creates no run: %s", async (_, change, status, code) => {
    const known = await warmProgram();
    await change(known);
    // Sent twice: the second request no longer finds the stale entries in the cache.
    for (let time = 0; time < 2; time += 1) {
      const problem = await known.program.problem(status, known.runs, { body, headers: fromAnywhere });
      expect(problem.code).toBe(code);
    }
    expect((await rowsOf(known.projectId)).length).toBeLessThanOrEqual(1);
  });

  it("a revoked token gets 401 for an invalid body and beyond the rate limit, too", async () => {
    const { ada, program, runs, token } = await warmProgram();
    await ada.expect(204, `/v1/tokens/${token.id}`, { method: "DELETE" });
    for (let time = 0; time < 5; time += 1) {
      const problem = await program.problem(401, runs, { body: { nonsense: 1 }, headers: fromAnywhere });
      expect(problem.code).toBe("invalid_token");
    }
  });

  it("a valid cached token gets the validation errors of its body", async () => {
    const { program, runs } = await warmProgram();
    expect((await program.problem(422, runs, { body: { nonsense: 1 } })).code).toBe("invalid_request");
  });

  it("an optimistic start reads the project's new name and the owner's new plan", async () => {
    const { ada, program, projectId, runs } = await warmProgram();
    await ada.expect(200, `/v1/projects/${projectId}`, { method: "PATCH", body: { name: "Renamed" } });
    await started(program, runs);
    await database.update(user).set({ plan: "pro" }).where(eq(user.email, ada.email));
    await started(program, runs);
    const requests = (await rowsOf(projectId)).sort((one, other) => one.id.localeCompare(other.id));
    expect(requests.map(({ request }) => request)).toMatchObject([
      { projectName: "Test", plan: "free" },
      { projectName: "Renamed", plan: "free" },
      { projectName: "Renamed", plan: "pro" },
    ]);
  });

  it("a start by a cached project can choose an agent that was added since", async () => {
    const { ada, program, projectId, runs } = await warmProgram();
    const file = "---\nname: mine\ndescription: Knows this project\n---\nBe brief.";
    await ada.expect(200, `/v1/projects/${projectId}/agents/mine`, { method: "PUT", body: { content: file } });
    expect((await started(program, runs, { agent: "mine" })).run.agent).toBe("mine");
    await ada.expect(204, `/v1/projects/${projectId}/agents/mine`, { method: "DELETE" });
    const problem = await program.problem(422, runs, { body: { ...body, agent: "mine" } });
    expect(problem.code).toBe("unknown_agent");
  });

  it("a cached token cannot start a run in another account's project", async () => {
    const { program } = await warmProgram();
    const other = await warmProgram();
    await program.problem(404, other.runs, { body });
  });
});

describe("the optimistic INSERT of a run", () => {
  /** The arguments of the INSERT for a cached program, and its assumptions. */
  async function aNote({ ada, projectId, token }: Program) {
    const start = await startOf(ada, projectId);
    const { ownerId, plan, day } = start;
    const { rows } = await selectProjectSnapshot(database, { projectId, ownerId, day });
    const sha256 = await hashToken(token.token);
    const { id: tokenId, name, scopes } = token;
    const actor: TokenActor = { kind: "token", ownerId, plan, name, tokenId, scopes };
    const note = {
      opId: newId("operation"),
      start,
      scripted: true,
      dailyMicroUsd: 1_000_000,
      platformMicroUsd: 100_000_000,
      maxStoredBytes: 1e9,
    };
    return {
      note,
      presumption: { caller: { kind: "token" as const, sha256, actor }, mark: rows[0]?.snapshot?.mark ?? "" },
    };
  }

  it("a repeated optimistic INSERT returns the same run, even when it took the last of the budget and the token was revoked since", async () => {
    const known = await warmProgram();
    const { note, presumption } = await aNote(known);
    note.start.reservedMicroUsd = note.dailyMicroUsd;
    const send = () =>
      commitStatement(database, { opId: note.opId, statement: insertRunOptimistic(database, note, presumption) });
    expect(await send()).toMatchObject({ result: { mark: presumption.mark, files: [] }, replayed: false });
    await known.ada.expect(204, `/v1/tokens/${known.token.id}`, { method: "DELETE" });
    expect(await send()).toEqual({ result: { runId: note.start.id }, replayed: true });
    expect(await rowsOf(known.projectId)).toHaveLength(2);
  });

  it.each(["mark", "sha256", "tokenId", "ownerId", "plan"])(
    "an optimistic INSERT is refused for another %s, and leaves no row",
    async (part) => {
      const known = await warmProgram();
      const { note, presumption } = await aNote(known);
      const { caller, mark } = presumption;
      const other = {
        mark: part === "mark" ? "another" : mark,
        caller: {
          ...caller,
          sha256: part === "sha256" ? "0".repeat(64) : caller.sha256,
          actor: { ...caller.actor, ...(["tokenId", "ownerId", "plan"].includes(part) && { [part]: "enterprise" }) },
        },
      };
      const send = (presumed: typeof other) =>
        commitStatement(database, { opId: note.opId, statement: insertRunOptimistic(database, note, presumed) });
      await expect(send(other)).rejects.toMatchObject({ code: "precondition_failed" });
      expect(await rowsOf(known.projectId)).toHaveLength(1);
      // It leaves no row of its operation either, so that the same id can be used for the correct INSERT.
      expect(await send(presumption)).toMatchObject({ replayed: false });
    },
  );

  it.each(["token", "ownerId", "plan"])("an optimistic INSERT by a session is refused for another %s", async (part) => {
    const { ada, projectId } = await warmPerson();
    const start = await startOf(ada, projectId);
    const { ownerId, plan, day } = start;
    const { rows } = await selectProjectSnapshot(database, { projectId, ownerId, day });
    const mark = rows[0]?.snapshot?.mark ?? "";
    const [theirs] = await database.select().from(session).where(eq(session.userId, ownerId));
    const note = {
      opId: newId("operation"),
      start,
      scripted: true,
      dailyMicroUsd: 1_000_000,
      platformMicroUsd: 100_000_000,
      maxStoredBytes: 1e9,
    };
    const actor = { kind: "user" as const, ownerId, plan, name: "Ada", email: ada.email, sessionId: "" };
    const caller = { kind: "session" as const, token: theirs?.token ?? "", actor };
    const other = { ...caller, ...(part === "token" ? { token: "x" } : { actor: { ...actor, [part]: "enterprise" } }) };
    const send = (presumed: typeof caller) =>
      commitStatement(database, {
        opId: note.opId,
        statement: insertRunOptimistic(database, note, { caller: presumed, mark }),
      });
    await expect(send(other)).rejects.toMatchObject({ code: "precondition_failed" });
    expect(await send(caller)).toMatchObject({ replayed: false });
  });

  it("an optimistic INSERT is refused without a cached mark", async () => {
    const { note, presumption } = await aNote(await warmProgram());
    const statement = insertRunOptimistic(database, note, { caller: presumption.caller } as typeof presumption);
    await expect(commitStatement(database, { opId: note.opId, statement })).rejects.toMatchObject({
      code: "precondition_failed",
    });
  });
});
