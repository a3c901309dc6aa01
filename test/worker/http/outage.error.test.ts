import { createExecutionContext, env, waitOnExecutionContext } from "cloudflare:test";
import { afterEach, describe, expect, inject, it, vi } from "vitest";
import { createApp } from "../../../worker/http/app.ts";
import type { Env } from "../../../worker/http/environment.ts";
import { sessionCookieIn } from "../database/direct.ts";
import { appUrl, newAccount, newProject, nobody, type Problem } from "../stage/client.ts";
import { withoutMetrics } from "../stage/without-metrics.ts";

const { fetchEndpoint } = inject("stage");

afterEach(() => {
  vi.restoreAllMocks();
});

/** Replaces the database's responses until the test ends. */
function loseDatabase(answer: () => Promise<Response>) {
  const real = globalThis.fetch;
  vi.spyOn(globalThis, "fetch").mockImplementation((input, init) =>
    String(input) === fetchEndpoint ? answer() : real(input, init),
  );
}

/** @returns GET /v1/ready with a new configuration, which has no cached measurement */
async function readyAnew(): Promise<Response> {
  withoutMetrics();
  const context = createExecutionContext();
  const answer = await createApp().fetch(new Request(`${appUrl}/v1/ready`), { ...env } as unknown as Env, context);
  await waitOnExecutionContext(context);
  return answer;
}

const addressOfItsOwn = () => ({ "CF-Connecting-IP": crypto.randomUUID() });

const saysNothingOfItsInside = (problem: Problem) =>
  expect(JSON.stringify(problem)).not.toMatch(/select |insert |drizzle|neon|127\.0\.0\.1|\bat .*\.ts|postgres:/i);

describe.each([
  ["cut off", () => Promise.reject(new TypeError("network connection lost: postgres://ada:hunter2@db"))],
  ["answering 503", async () => new Response("upstream is down", { status: 503 })],
  ["going down", async () => Response.json({ message: "terminating connection", code: "57P01" }, { status: 400 })],
])("with the database %s", (_, answer) => {
  it("A read returns 503 with Retry-After and without internal details while the database is unavailable", async () => {
    const ada = await newAccount();
    loseDatabase(answer);
    const refused = await ada.request("/v1/projects");
    expect(refused.status).toBe(503);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    const problem = await refused.json<Problem>();
    expect(problem.code).toBe("dependency_down");
    saysNothingOfItsInside(problem);
  });

  it.each([
    ["signing in", "/v1/auth/sign-in/email", true],
    ["signing up", "/v1/auth/sign-up/email", false],
    ["the session", "/v1/auth/get-session", true],
  ])(
    "A write returns 503 while the database is unavailable, and the log has nothing of its body: %s",
    async (_what, path, isKnown) => {
      const ada = await newAccount();
      const said = vi.spyOn(console, "error");
      loseDatabase(answer);
      const email = isKnown ? ada.email : `${crypto.randomUUID()}@example.com`;
      const post = { body: { name: "Ada", email, password: "correct horse" }, headers: addressOfItsOwn() };
      const withoutCopy = { Cookie: sessionCookieIn(ada.cookie) };
      const refused = await nobody.request(path, path.endsWith("email") ? post : { headers: withoutCopy });
      expect(refused.status).toBe(503);
      expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
      const problem = await refused.json<Problem>();
      expect(problem.code).toBe("dependency_down");
      saysNothingOfItsInside(problem);
      expect(JSON.stringify(said.mock.calls)).not.toContain(email);
    },
  );

  it("GET /v1/health returns 200 and GET /v1/ready 503 while the database is unavailable", async () => {
    loseDatabase(answer);
    await nobody.expect(200, "/v1/health");
    const refused = await readyAnew();
    expect(refused.status).toBe(503);
    const problem = await refused.json<Problem>();
    expect(problem).toMatchObject({
      code: "dependency_down",
      dependencies: expect.arrayContaining([
        expect.objectContaining({ name: "database", state: "down", latencyMs: null }),
      ]),
    });
    saysNothingOfItsInside(problem);
  });
});

describe("with a database that hangs", () => {
  it("GET /v1/ready returns 503 within a few seconds when the database hangs", async () => {
    loseDatabase(() => new Promise(() => undefined));
    const answer = await readyAnew();
    expect(answer.status).toBe(503);
    expect(await answer.json<Problem>()).toMatchObject({
      dependencies: [{ name: "database", state: "down" }, {}, { state: "up" }],
    });
  });
});

describe("with a database that answers nonsense", () => {
  it("A request returns 500 without internal details when the database responds with nonsense", async () => {
    const ada = await newAccount();
    loseDatabase(async () =>
      Response.json({ message: 'column "secret" does not exist', code: "42703" }, { status: 400 }),
    );
    const problem = await ada.problem(500, "/v1/projects");
    expect(problem.code).toBe("internal");
    saysNothingOfItsInside(problem);
  });
});

describe("a write whose response is lost", () => {
  it("A write whose database response is lost is applied once, and returns its normal response", async () => {
    const ada = await newAccount();
    const { id } = await newProject(ada);
    const real = globalThis.fetch;
    let lost = 0;
    vi.spyOn(globalThis, "fetch").mockImplementation(async (input, init) => {
      const answer = await real(input, init);
      if (String(input) !== fetchEndpoint || !String(init?.body).includes("apply_batch") || lost++ > 0) return answer;
      throw new TypeError("network connection lost");
    });
    const body = { operations: [{ op: "create", path: "once.txt", content: "1" }] };
    expect(await ada.expect(201, `/v1/projects/${id}/batches`, { body })).toMatchObject({ revision: 1 });
    expect(lost).toBeGreaterThan(1);
    expect(await ada.expect(200, `/v1/projects/${id}`)).toMatchObject({ head: 1 });
  });
});

describe("a Worker that is not configured", () => {
  it("A Worker without its configuration responds to every request with all missing variables and no values", async () => {
    const faulty = { ...env, AUTH_SECRET: "short-secret", APP_URL: undefined, SENTRY_DSN: "hunter2" };
    withoutMetrics();
    const context = createExecutionContext();
    const answer = await createApp().fetch(new Request(`${appUrl}/v1/projects`), faulty as unknown as Env, context);
    await waitOnExecutionContext(context);
    expect(answer.status).toBe(503);
    const problem = await answer.json<Problem>();
    expect(problem.code).toBe("misconfigured");
    expect(problem.errors?.map(({ pointer }) => pointer).sort()).toEqual(["/APP_URL", "/AUTH_SECRET", "/SENTRY_DSN"]);
    expect(JSON.stringify(problem)).not.toMatch(/short-secret|hunter2/);
  });
});
