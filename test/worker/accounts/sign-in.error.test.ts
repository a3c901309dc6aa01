import { SELF } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { cookieOfSignIn, expireSessions, sessionCookieIn } from "../database/direct.ts";
import { appUrl, newAccount, nobody, withCookie } from "../stage/client.ts";

const fromAnywhere = () => ({ "CF-Connecting-IP": crypto.randomUUID() });
const signIn = (body: unknown) => ({ body, headers: fromAnywhere() });

describe("signing in", () => {
  it("A wrong password and an unknown address have the same response", async () => {
    const { email } = await newAccount();
    const wrong = await nobody.problem(401, "/v1/auth/sign-in/email", signIn({ email, password: "wrong horse" }));
    const unknown = await nobody.problem(
      401,
      "/v1/auth/sign-in/email",
      signIn({ email: `${crypto.randomUUID()}@example.com`, password: "wrong horse" }),
    );
    expect(wrong).toMatchObject({ code: "unauthenticated", status: 401 });
    expect({ ...unknown, requestId: "", instance: "" }).toEqual({ ...wrong, requestId: "", instance: "" });
  });

  it.each([
    ["malformed JSON", "{", 400],
    ["no password", { email: "ada@example.com" }, 422],
    ["an address that is none", { email: "ada", password: "correct horse" }, 422],
    ["wrong types", { email: 1, password: [] }, 422],
    ["a body that is no object", "[]", 422],
  ])("POST /v1/auth/sign-in/email refuses %s", async (_, body, status) => {
    const answer = await nobody.request("/v1/auth/sign-in/email", signIn(body));
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect(answer.status).toBe(status);
  });

  it("POST /v1/auth/sign-in/email refuses a form, whose fields the checks and limits do not see", async () => {
    const { email } = await newAccount();
    const headers = { ...fromAnywhere(), "Content-Type": "application/x-www-form-urlencoded" };
    const body = new URLSearchParams({ email, password: "correct horse" }).toString();
    const problem = await nobody.problem(415, "/v1/auth/sign-in/email", { body, headers });
    expect(problem.code).toBe("unsupported_media_type");
  });

  it("POST /v1/auth/sign-in/email refuses a body with more than 64 levels", async () => {
    const deep = `{"email":${"[".repeat(200)}${"]".repeat(200)}}`;
    const problem = await nobody.problem(422, "/v1/auth/sign-in/email", signIn(deep));
    expect(problem.errors).toMatchObject([{ code: "too_deep" }]);
  });

  it("POST /v1/auth refuses a body of more than 16 KB on every path, with or without Content-Length", async () => {
    const large = JSON.stringify({ email: Array.from({ length: 1_000_000 }, () => 1) });
    for (const path of ["sign-in/email", "sign-up/email", "sign-out", "change-password", "reset-password"]) {
      const problem = await nobody.problem(413, `/v1/auth/${path}`, signIn(large));
      expect(problem).toMatchObject({ code: "payload_too_large", limit: 16_384 });
    }
    const chunks = new ReadableStream({
      pull: (controller) => controller.enqueue(new TextEncoder().encode(large.slice(0, 65_536))),
    });
    const request = new Request(`${appUrl}/v1/auth/sign-in/email`, {
      method: "POST",
      body: chunks,
      headers: { ...fromAnywhere(), "Content-Type": "application/json" },
    });
    expect((await SELF.fetch(request)).status).toBe(413);
  });

  it("A body that is too large still counts against its client's address", async () => {
    const headers = fromAnywhere();
    const body = "x".repeat(20_000);
    for (let n = 0; n < 20; n += 1) await nobody.problem(413, "/v1/auth/sign-in/email", { body, headers });
    await nobody.problem(429, "/v1/auth/sign-in/email", { body, headers });
  });

  it("All addresses of an IPv6 network count as one, and an IPv4 address counts in both notations as one", async () => {
    const network = `2001:db8:${crypto.randomUUID().slice(0, 4)}:${crypto.randomUUID().slice(0, 4)}`;
    const email = () => `${crypto.randomUUID()}@example.com`;
    const from = (address: string) => ({
      body: { email: email(), password: "wrong horse" },
      headers: { "CF-Connecting-IP": address },
    });
    for (let n = 0; n < 20; n += 1)
      await nobody.problem(401, "/v1/auth/sign-in/email", from(`${network}::${n.toString(16)}`));
    await nobody.problem(429, "/v1/auth/sign-in/email", from(`${network}:1:2:3:4`));
    const [a, b] = crypto.getRandomValues(new Uint8Array(2));
    for (let n = 0; n < 20; n += 1)
      await nobody.problem(401, "/v1/auth/sign-in/email", from(n % 2 ? `10.${a}.${b}.1` : `::ffff:10.${a}.${b}.1`));
    await nobody.problem(429, "/v1/auth/sign-in/email", from(`10.${a}.${b}.1`));
  }, 120_000);

  it("One address locks nobody out: four victims can sign in while an attacker is refused", async () => {
    const victims = await Promise.all([0, 1, 2, 3].map(() => newAccount()));
    const headers = fromAnywhere();
    const statuses = new Set<number>();
    for (let round = 0; round < 6; round += 1) {
      for (const { email } of victims) {
        const body = { email, password: `wrong horse ${round}` };
        statuses.add((await nobody.request("/v1/auth/sign-in/email", { body, headers })).status);
      }
    }
    expect([...statuses].sort()).toEqual([401, 429]);
    for (const { email } of victims) await cookieOfSignIn(email);
  }, 120_000);

  it("A successful sign-in does not count against the account", async () => {
    const { email } = await newAccount();
    for (let n = 0; n < 8; n += 1) await cookieOfSignIn(email);
  });

  it("An address has 20 sign-in attempts in 15 minutes", async () => {
    const headers = fromAnywhere();
    const body = () => ({ email: `${crypto.randomUUID()}@example.com`, password: "wrong horse" });
    for (let tries = 0; tries < 20; tries += 1) {
      await nobody.problem(401, "/v1/auth/sign-in/email", { body: body(), headers });
    }
    const refused = await nobody.request("/v1/auth/sign-in/email", { body: body(), headers });
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  });

  it("An account has five failed sign-in attempts, from any address", async () => {
    const { email } = await newAccount();
    for (let tries = 0; tries < 5; tries += 1) {
      await nobody.problem(401, "/v1/auth/sign-in/email", signIn({ email, password: "wrong horse" }));
    }
    await nobody.problem(429, "/v1/auth/sign-in/email", signIn({ email, password: "correct horse" }));
  });
});

describe("signing up", () => {
  it.each([
    [
      "an address that is taken",
      async () => ({ name: "Eve", email: (await newAccount()).email, password: "correct horse" }),
    ],
    ["a short password", async () => ({ name: "Eve", email: `${crypto.randomUUID()}@example.com`, password: "short" })],
    ["an address that is none", async () => ({ name: "Eve", email: "eve", password: "correct horse" })],
  ])("POST /v1/auth/sign-up/email refuses %s", async (_, bodyOf) => {
    const answer = await nobody.request("/v1/auth/sign-up/email", signIn(await bodyOf()));
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect(answer.headers.getSetCookie()).toEqual([]);
    expect([400, 422]).toContain(answer.status);
  });

  it("A name of more than 100 characters is refused with its pointer, and one of 100 is accepted", async () => {
    const signUp = (name: string) =>
      signIn({ name, email: `${crypto.randomUUID()}@example.com`, password: "correct horse" });
    const problem = await nobody.problem(422, "/v1/auth/sign-up/email", signUp("x".repeat(101)));
    expect(problem.errors).toMatchObject([{ pointer: "/name", code: "too_big" }]);
    expect((await nobody.request("/v1/auth/sign-up/email", signUp("x".repeat(100)))).status).toBe(200);
  });

  it.each(["", "  ", "two\nlines", "a\u202eb"])(
    "POST /v1/auth/sign-up/email and PATCH /v1/me refuse the name %j",
    async (name) => {
      const email = `${crypto.randomUUID()}@example.com`;
      const problem = await nobody.problem(
        422,
        "/v1/auth/sign-up/email",
        signIn({ name, email, password: "correct horse" }),
      );
      expect(problem.errors).toMatchObject([{ pointer: "/name" }]);
      await nobody.problem(401, "/v1/auth/sign-in/email", signIn({ email, password: "correct horse" }));
    },
  );

  it("POST /v1/auth/sign-up/email ignores a plan and a budget", async () => {
    const email = `${crypto.randomUUID()}@example.com`;
    const answer = await nobody.request(
      "/v1/auth/sign-up/email",
      signIn({ name: "Eve", email, password: "correct horse", plan: "enterprise", dailyMicroUsd: 1e12 }),
    );
    if (answer.status !== 200) return expect(answer.status).toBeLessThan(500);
    const cookie = answer.headers
      .getSetCookie()
      .map((one) => one.split(";")[0])
      .join("; ");
    expect(await withCookie(cookie).expect(200, "/v1/me")).toMatchObject({ plan: "free" });
  });
});

describe("a session", () => {
  it("An expired session does not authenticate", async () => {
    const ada = await newAccount();
    const cookie = sessionCookieIn(ada.cookie);
    await withCookie(cookie).expect(200, "/v1/me");
    await expireSessions(ada.email);
    const problem = await withCookie(cookie).problem(401, "/v1/me");
    expect(problem.code).toBe("unauthenticated");
    await withCookie(cookie).problem(401, "/v1/projects", { body: { name: "Nothing" } });
  });

  it("A signed-out session does not authenticate", async () => {
    const ada = await newAccount();
    await ada.expect(200, "/v1/auth/sign-out", { method: "POST", body: {} });
    await withCookie(sessionCookieIn(ada.cookie)).problem(401, "/v1/me");
  });

  it("A session with a modified cookie does not authenticate", async () => {
    const ada = await newAccount();
    const forged = ada.cookie.replaceAll(/=(.)/g, (_, first: string) => (first === "a" ? "=b" : "=a"));
    await withCookie(forged).problem(401, "/v1/me");
  });
});

describe("an unknown path below /v1/auth", () => {
  it("A path below /v1/auth without a route is a 404", async () => {
    const problem = await nobody.problem(404, "/v1/auth/nonsense");
    expect(problem.code).toBe("not_found");
  });
});
