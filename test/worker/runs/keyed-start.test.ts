import { eq } from "drizzle-orm";
import { afterEach, describe, expect, inject, it, vi } from "vitest";
import { apiToken } from "../../../drizzle/schema/index.ts";
import { Session } from "../../../worker/runs/index.ts";
import { database, databaseRequestsOf } from "../database/direct.ts";
import { newAccount, type Problem, parseFrames, type Run, withCookie } from "../stage/client.ts";
import { aProject, rowsOf, until } from "./start.ts";
import {
  body,
  fromAnywhere,
  keysOf,
  once,
  sessionCookieOf,
  sessionsOf,
  warmPerson,
  warmProgram,
} from "./warm-callers.ts";

// Starts by a cookie and with an idempotency key, for cached callers and projects: one database request each.

afterEach(() => {
  vi.restoreAllMocks();
});

/** A PNG of one pixel. */
const png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

/**
 * Executes matching statements but drops their responses, and skips the wait between retries, until
 * `vi.restoreAllMocks()`.
 */
function loseAnswersTo(statement: RegExp): void {
  const { fetchEndpoint } = inject("stage");
  const [realFetch, realNow] = [globalThis.fetch, Date.now];
  vi.spyOn(globalThis, "fetch").mockImplementation(async (input, init) => {
    const answer = await realFetch(input, init);
    if (String(input) !== fetchEndpoint || !statement.test(String(init?.body))) return answer;
    vi.spyOn(Date, "now").mockImplementation(() => realNow() + 60_000);
    throw new TypeError("Network connection lost.");
  });
}

describe("an optimistic start by a person's cookie", () => {
  it("a start by a cached cookie takes one database request with an idempotency key too, and its stream then only authenticates", async () => {
    const { person, projectId, runs } = await warmPerson();
    const answer = await person.request(runs, once(crypto.randomUUID()));
    expect([answer.status, databaseRequestsOf(answer)]).toEqual([202, 1]);
    const run = await answer.json<Run>();
    expect(answer.headers.get("location")).toBe(`/v1/runs/${run.id}`);
    const stream = await person.request(`/v1/runs/${run.id}/events`, { headers: { Accept: "text/event-stream" } });
    expect(databaseRequestsOf(stream)).toBe(1);
    expect(parseFrames(await stream.text()).at(-1)?.type).toBe("run.completed");
    expect(await rowsOf(projectId)).toHaveLength(2);
  });

  it.each([
    ["the start", { body, headers: fromAnywhere }],
    ["a bad body", { body: { ...body, nonsense: 1 }, headers: fromAnywhere }],
    ["a foreign Origin", { body, headers: { ...fromAnywhere, Origin: "https://evil.example" } }],
    ["a key that was used", once("used")],
    ["a key that was used, with another body", once("used", { mode: "ask" })],
    ["a key that was used, with a bad body", once("used", { nonsense: 1 })],
    ["a new key", once("new")],
    ["a new key, with a bad body", once("new", { nonsense: 1 })],
  ])("a start by a session that was signed out returns 401 and creates no run: %s", async (_, init) => {
    const { ada, person, projectId, runs } = await warmPerson();
    await person.expect(202, runs, once("used"));
    await sessionsOf(ada.email, null);
    expect((await person.problem(401, runs, init)).code).toBe("unauthenticated");
    expect(await rowsOf(projectId)).toHaveLength(2);
    expect(await keysOf(ada)).toEqual(["used"]);
  });

  it("a start by an expired session returns 401 and creates no run", async () => {
    const { ada, person, projectId, runs } = await warmPerson();
    await sessionsOf(ada.email, { expiresAt: new Date(Date.now() - 1_000) });
    expect((await person.problem(401, runs, once("new"))).code).toBe("unauthenticated");
    expect(await rowsOf(projectId)).toHaveLength(1);
  });

  it.each([
    (dead: string, good: string) => `${dead}; ${good}`,
    (dead: string, good: string) => `${good}; ${dead}`,
    (dead: string, good: string) => `__Secure-${dead}; ${good}`,
  ])("a start with an ended cookie beside another account's replays no stored response (%#)", async (together) => {
    const { ada, person, projectId, runs } = await warmPerson();
    const used = crypto.randomUUID();
    await person.expect(202, runs, once(used));
    await sessionsOf(ada.email, null);
    const eve = await newAccount();
    const both = withCookie(together(sessionCookieOf(ada), sessionCookieOf(eve)));
    for (const key of [used, "new"]) expect((await both.request(runs, once(key))).status).toBeOneOf([401, 404]);
    expect(await rowsOf(projectId)).toHaveLength(2);
    expect(await keysOf(ada)).toEqual([used]);
  });

  it("a start by a cached cookie is refused from a foreign Origin", async () => {
    const { person, projectId, runs } = await warmPerson();
    const init = { body, headers: { Origin: "https://evil.example" } };
    expect((await person.problem(403, runs, init)).code).toBe("bad_origin");
    expect(await rowsOf(projectId)).toHaveLength(1);
  });
});

describe("an optimistic start with an idempotency key", () => {
  it("a start repeated under its idempotency key returns the same response, as JSON and as a stream, and creates one run", async () => {
    const { program, projectId, runs } = await warmProgram("enterprise");
    const key = crypto.randomUUID();
    const first = await program.request(runs, once(key));
    expect([first.status, databaseRequestsOf(first)]).toEqual([202, 1]);
    expect(first.headers.get("idempotent-replayed")).toBeNull();
    const run = await first.json<Run>();
    for (const accept of ["application/json", "text/event-stream"]) {
      const init = once(key);
      const again = await program.request(runs, { ...init, headers: { ...init.headers, Accept: accept } });
      expect(again.status).toBe(202);
      expect(again.headers.get("idempotent-replayed")).toBe("true");
      expect(again.headers.get("location")).toBe(first.headers.get("location"));
      if (accept === "application/json") expect(await again.json()).toEqual(run);
      else expect(parseFrames(await again.text())[0]).toMatchObject({ type: "run.created", runId: run.id, seq: 1 });
    }
    expect((await program.problem(422, runs, once(key, { mode: "ask" }))).code).toBe("idempotency_key_reused");
    expect(await rowsOf(projectId)).toHaveLength(2);
  });

  it("a start whose first response was a stream replays the run as JSON", async () => {
    const { program, projectId, runs } = await warmProgram();
    const init = once(crypto.randomUUID());
    const answer = await program.request(runs, { ...init, headers: { ...init.headers, Accept: "text/event-stream" } });
    expect(databaseRequestsOf(answer)).toBe(1);
    const [created] = parseFrames(await answer.text());
    expect(await program.expect<Run>(202, runs, init)).toMatchObject({ id: created?.runId, status: "queued" });
    expect(await rowsOf(projectId)).toHaveLength(2);
  });

  it("Concurrent starts under one idempotency key create one run", async () => {
    const { program, projectId, runs } = await warmProgram("enterprise");
    const init = once(crypto.randomUUID());
    const answers = await Promise.all(Array.from({ length: 8 }, () => program.request(runs, init)));
    const ids = new Set<string>();
    for (const answer of answers) {
      if (answer.status === 202) ids.add((await answer.json<Run>()).id);
      else expect([answer.status, (await answer.json<Problem>()).code]).toEqual([409, "idempotency_in_flight"]);
    }
    expect(ids.size).toBe(1);
    expect(await rowsOf(projectId)).toHaveLength(2);
  });

  it("a start that was refused under its idempotency key is refused again", async () => {
    const { ada, program, projectId, runs } = await warmProgram("enterprise");
    const bad = once(crypto.randomUUID(), { nonsense: 1 });
    const first = await program.problem(422, runs, bad);
    const again = await program.request(runs, bad);
    expect(again.headers.get("idempotent-replayed")).toBe("true");
    expect(await again.json()).toEqual(first);
    await ada.expect(200, "/v1/me", { method: "PATCH", body: { budget: { dailyMicroUsd: 0 } } });
    const spent = once(crypto.randomUUID());
    expect((await program.problem(429, runs, spent)).code).toBe("budget_exceeded");
    // A refusal by a limit is not stored, so the start succeeds once there is room.
    await ada.expect(200, "/v1/me", { method: "PATCH", body: { budget: { dailyMicroUsd: 1_000_000 } } });
    await program.expect(202, runs, spent);
    expect(await rowsOf(projectId)).toHaveLength(2);
  });

  it.each([{}, { mode: "ask" }, { nonsense: 1 }])(
    "a start under an idempotency key by a revoked token returns 401: %o",
    async (more) => {
      const { ada, program, token, runs } = await warmProgram("enterprise");
      const used = crypto.randomUUID();
      await program.expect(202, runs, once(used));
      await ada.expect(204, `/v1/tokens/${token.id}`, { method: "DELETE" });
      const answer = await program.request(runs, once(used, more));
      expect([answer.status, (await answer.json<Problem>()).code]).toEqual([401, "invalid_token"]);
      // The response reveals nothing of the account: neither its rate limits nor the stored response.
      expect([...answer.headers.keys()].filter((name) => /^ratelimit|^retry-after|^location/.test(name))).toEqual([]);
      expect((await program.problem(401, runs, once("new", more))).code).toBe("invalid_token");
      expect(await keysOf(ada)).toEqual([used]);
    },
  );

  it("a start by a token without the scope returns 403, even when a response is stored under its key", async () => {
    const { ada, program, token, runs } = await warmProgram("enterprise");
    const used = crypto.randomUUID();
    await program.expect(202, runs, once(used));
    await database
      .update(apiToken)
      .set({ scopes: ["runs:read"] })
      .where(eq(apiToken.id, token.id));
    for (const init of [once(used), once(used, { nonsense: 1 }), once("new")]) {
      expect((await program.problem(403, runs, init)).code).toBe("insufficient_scope");
    }
    expect(await keysOf(ada)).toEqual([used]);
  });

  it("a start whose INSERT loses its response for good returns the run, begins, and is one run", async () => {
    const { program, projectId, runs } = await warmProgram("enterprise");
    const enqueue = vi.spyOn(Session.prototype, "enqueue");
    const init = once(crypto.randomUUID(), { images: [{ mediaType: "image/png", data: png }] });
    loseAnswersTo(/insert_run_optimistic/);
    const first = await program.request(runs, init);
    // The run was inserted and its key claimed, so the stored response is found.
    expect([first.status, first.headers.get("retry-after"), first.headers.get("content-type")]).toEqual([
      202,
      null,
      "application/json",
    ]);
    const run = await first.json<Run>();
    expect(enqueue.mock.calls.map(([start, images]) => [start.id, images.length])).toEqual([[run.id, 1]]);
    vi.restoreAllMocks();
    await until(program, run.id, "completed");
    expect(await program.expect<Run>(202, runs, init)).toEqual(run);
    expect(await rowsOf(projectId)).toHaveLength(2);
  });

  it("a start without an idempotency key returns outcome_unknown, not dependency_down, when its INSERT's response is lost", async () => {
    const { program, projectId, runs } = await warmProgram("enterprise");
    loseAnswersTo(/insert_run_optimistic|api_token/);
    expect((await program.problem(503, runs, { body })).code).toBe("outcome_unknown");
    vi.restoreAllMocks();
    expect(await rowsOf(projectId)).toHaveLength(2);
  });

  it("a start with an unknown outcome is one run when it is repeated, even after a rate limit refused it in between", async () => {
    const { ada, projectId } = await aProject();
    const runs = `/v1/projects/${projectId}/runs`;
    const init = once(crypto.randomUUID());
    loseAnswersTo(/insert_run\(/);
    expect((await ada.problem(503, runs, init)).code).toBe("outcome_unknown");
    vi.restoreAllMocks();
    await ada.expect(200, "/v1/me", { method: "PATCH", body: { budget: { dailyMicroUsd: 0 } } });
    expect((await ada.problem(429, runs, init)).code).toBe("budget_exceeded");
    await ada.expect(200, "/v1/me", { method: "PATCH", body: { budget: { dailyMicroUsd: 1_000_000 } } });
    await ada.expect(202, runs, init);
    expect(await rowsOf(projectId)).toHaveLength(1);
  });

  it("a start whose dispatch was lost begins when it is repeated, with its images", async () => {
    const { program, runs } = await warmProgram("enterprise");
    const enqueue = vi.spyOn(Session.prototype, "enqueue").mockRejectedValueOnce(new Error("The network was lost."));
    const init = once(crypto.randomUUID(), { images: [{ mediaType: "image/png", data: png }] });
    expect((await program.request(runs, init)).status).toBe(500);
    const run = await program.expect<Run>(202, runs, init);
    expect(enqueue.mock.calls.map(([start, images]) => [start.id, images.length])).toEqual([
      [run.id, 1],
      [run.id, 1],
    ]);
    await until(program, run.id, "completed");
    await program.expect(202, runs, init);
    expect(enqueue).toHaveBeenCalledTimes(2);
  });

  it("a used idempotency key keeps the cached snapshot", async () => {
    const { program, runs } = await warmProgram("enterprise");
    const used = once(crypto.randomUUID());
    await program.expect(202, runs, used);
    await program.expect(202, runs, used);
    expect(databaseRequestsOf(await program.request(runs, once(crypto.randomUUID())))).toBe(1);
  });
});
