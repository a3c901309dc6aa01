import { createExecutionContext, env, waitOnExecutionContext } from "cloudflare:test";
import { afterEach, describe, expect, inject, it, vi } from "vitest";
import { createApp } from "../../../worker/http/app.ts";
import type { Env } from "../../../worker/http/environment.ts";
import { sessionCookieIn } from "../database/direct.ts";
import { appUrl, newAccount, newProject, nobody, type Problem } from "../stage/client.ts";

const { fetchEndpoint } = inject("stage");

afterEach(() => {
  vi.restoreAllMocks();
});

/** From here on the database does not answer, until the test ends. */
function loseDatabase(answer: () => Promise<Response>) {
  const real = globalThis.fetch;
  vi.spyOn(globalThis, "fetch").mockImplementation((input, init) =>
    String(input) === fetchEndpoint ? answer() : real(input, init),
  );
}

/** By a configuration of its own, for which nothing was measured yet. */
async function readyAnew(): Promise<Response> {
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
  it("a read is a 503 that says when to come back, and nothing of its inside", async () => {
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
  ])("%s is a 503 too, and what was sent stands in no log", async (_what, path, isKnown) => {
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
  });

  it("health is fine, and ready is not", async () => {
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
  it("ready says so in a few seconds", async () => {
    loseDatabase(() => new Promise(() => undefined));
    const answer = await readyAnew();
    expect(answer.status).toBe(503);
    expect(await answer.json<Problem>()).toMatchObject({
      dependencies: [{ name: "database", state: "down" }, {}, { state: "up" }],
    });
  });
});

describe("with a database that answers nonsense", () => {
  it("a request is a 500 that says nothing of its inside", async () => {
    const ada = await newAccount();
    loseDatabase(async () =>
      Response.json({ message: 'column "secret" does not exist', code: "42703" }, { status: 400 }),
    );
    const problem = await ada.problem(500, "/v1/projects");
    expect(problem.code).toBe("internal");
    saysNothingOfItsInside(problem);
  });
});

describe("a write whose answer is lost on the way back", () => {
  it("is done once, and answered as if nothing had been", async () => {
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
  it("answers every request with what is missing, all of it, and no value", async () => {
    const faulty = { ...env, AUTH_SECRET: "short-secret", APP_URL: undefined, SENTRY_DSN: "hunter2" };
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
