import { describe, expect, it } from "vitest";
import { expireSessions, sessionCookieIn } from "../database/direct.ts";
import { newAccount, nobody, withCookie } from "../stage/client.ts";

const fromAnywhere = () => ({ "CF-Connecting-IP": crypto.randomUUID() });
const signIn = (body: unknown) => ({ body, headers: fromAnywhere() });

describe("signing in", () => {
  it("answers a wrong password and an unknown address alike", async () => {
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
  ])("refuses %s", async (_, body, status) => {
    const answer = await nobody.request("/v1/auth/sign-in/email", signIn(body));
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect(answer.status).toBe(status);
  });

  it("takes no form: its fields would be looked at by nobody, and its tries counted by address alone", async () => {
    const { email } = await newAccount();
    const headers = { ...fromAnywhere(), "Content-Type": "application/x-www-form-urlencoded" };
    const body = new URLSearchParams({ email, password: "correct horse" }).toString();
    const problem = await nobody.problem(415, "/v1/auth/sign-in/email", { body, headers });
    expect(problem.code).toBe("unsupported_media_type");
  });

  it("takes a body however deep", async () => {
    const deep = `{"email":${"[".repeat(200_000)}${"]".repeat(200_000)}}`;
    expect((await nobody.request("/v1/auth/sign-in/email", signIn(deep))).status).toBe(422);
  });

  it("takes five tries from one address in 15 minutes", async () => {
    const headers = fromAnywhere();
    const body = () => ({ email: `${crypto.randomUUID()}@example.com`, password: "wrong horse" });
    for (let tries = 0; tries < 5; tries += 1) {
      await nobody.problem(401, "/v1/auth/sign-in/email", { body: body(), headers });
    }
    const refused = await nobody.request("/v1/auth/sign-in/email", { body: body(), headers });
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  });

  it("takes five tries for one account, from wherever", async () => {
    const { email } = await newAccount();
    for (let tries = 0; tries < 4; tries += 1) {
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
  ])("refuses %s", async (_, bodyOf) => {
    const answer = await nobody.request("/v1/auth/sign-up/email", signIn(await bodyOf()));
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect(answer.headers.getSetCookie()).toEqual([]);
    expect([400, 422]).toContain(answer.status);
  });

  it("refuses a name of more than 100 characters, by its place, and takes one of 100", async () => {
    const signUp = (name: string) =>
      signIn({ name, email: `${crypto.randomUUID()}@example.com`, password: "correct horse" });
    const problem = await nobody.problem(422, "/v1/auth/sign-up/email", signUp("x".repeat(101)));
    expect(problem.errors).toMatchObject([{ pointer: "/name", code: "too_big" }]);
    expect((await nobody.request("/v1/auth/sign-up/email", signUp("x".repeat(100)))).status).toBe(200);
  });

  it.each(["", "  ", "two\nlines", "a\u202eb"])("refuses the name %j, as a later change to it is", async (name) => {
    const email = `${crypto.randomUUID()}@example.com`;
    const problem = await nobody.problem(
      422,
      "/v1/auth/sign-up/email",
      signIn({ name, email, password: "correct horse" }),
    );
    expect(problem.errors).toMatchObject([{ pointer: "/name" }]);
    await nobody.problem(401, "/v1/auth/sign-in/email", signIn({ email, password: "correct horse" }));
  });

  it("keeps the plan and the budget out of the caller's hands", async () => {
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
  it("that has run out is no credential", async () => {
    const ada = await newAccount();
    const cookie = sessionCookieIn(ada.cookie);
    await withCookie(cookie).expect(200, "/v1/me");
    await expireSessions(ada.email);
    const problem = await withCookie(cookie).problem(401, "/v1/me");
    expect(problem.code).toBe("unauthenticated");
    await withCookie(cookie).problem(401, "/v1/projects", { body: { name: "Nothing" } });
  });

  it("that was signed out of is no credential", async () => {
    const ada = await newAccount();
    await ada.expect(200, "/v1/auth/sign-out", { method: "POST", body: {} });
    await withCookie(sessionCookieIn(ada.cookie)).problem(401, "/v1/me");
  });

  it("with a changed cookie is no credential", async () => {
    const ada = await newAccount();
    const forged = ada.cookie.replaceAll(/=(.)/g, (_, first: string) => (first === "a" ? "=b" : "=a"));
    await withCookie(forged).problem(401, "/v1/me");
  });
});

describe("an address below /v1/auth", () => {
  it("that is none is a 404", async () => {
    const problem = await nobody.problem(404, "/v1/auth/nonsense");
    expect(problem.code).toBe("not_found");
  });
});
