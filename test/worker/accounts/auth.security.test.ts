import { describe, expect, it } from "vitest";
import { plans } from "../../../worker/config/index.ts";
import { cookieOfSignIn } from "../database/direct.ts";
import { newAccount, nobody, withCookie } from "../stage/client.ts";

describe("what better-auth writes by cookie", () => {
  it.each([
    ["/v1/auth/sign-out", {}],
    ["/v1/auth/update-user", { name: "Mallory" }],
    ["/v1/auth/change-password", { currentPassword: "correct horse", newPassword: "stolen horse" }],
    ["/v1/auth/revoke-sessions", {}],
  ])("needs the app's own Origin too: %s", async (path, body) => {
    const ada = await newAccount();
    for (const Origin of ["https://evil.example", "null"]) {
      const problem = await ada.problem(403, path, { body, headers: { Origin } });
      expect(problem.code).toBe("bad_origin");
    }
    const bare = await nobody.problem(403, path, { body, headers: { Cookie: ada.cookie } });
    expect(bare.code).toBe("bad_origin");
    expect(await ada.expect(200, "/v1/me")).toMatchObject({ name: "Ada" });
    await withCookie(await cookieOfSignIn(ada.email)).expect(200, "/v1/me");
  });

  it("cannot raise the plan or the budget", async () => {
    const ada = await newAccount();
    const answer = await ada.request("/v1/auth/update-user", { body: { plan: "enterprise", dailyMicroUsd: 1e12 } });
    expect(answer.status).toBeLessThan(500);
    expect(await ada.expect(200, "/v1/me")).toMatchObject({
      plan: "free",
      budget: { dailyMicroUsd: plans.free.dailyMicroUsd },
    });
  });

  it("changes the password with the old one, and only with it", async () => {
    const ada = await newAccount();
    const change = (currentPassword: string) =>
      ada.request("/v1/auth/change-password", { body: { currentPassword, newPassword: "another horse" } });
    expect((await change("wrong horse")).status).toBe(422);
    expect((await change("correct horse")).status).toBe(200);
    await expect(cookieOfSignIn(ada.email)).rejects.toThrow("401");
    await withCookie(await cookieOfSignIn(ada.email, "another horse")).expect(200, "/v1/me");
  });
});

describe("names that PostgreSQL cannot hold", () => {
  it.each(["a\0b", "a\ud800b"])("are refused at sign-up: %j", async (name) => {
    const answer = await nobody.request("/v1/auth/sign-up/email", {
      body: { name, email: `${crypto.randomUUID()}@example.com`, password: "correct horse" },
      headers: { "CF-Connecting-IP": crypto.randomUUID() },
    });
    expect(answer.status).toBe(422);
    expect(await answer.json()).toMatchObject({ code: "invalid_request" });
  });
});

describe("a session that is over", () => {
  it.each([
    ["makes no token", "POST", "/v1/tokens", { name: "for good", scopes: ["projects:read"] }],
    ["lists none", "GET", "/v1/tokens", undefined],
    ["changes nothing of the account", "PATCH", "/v1/me", { name: "Mallory" }],
  ])("%s, though its cookie was signed a moment ago", async (_, method, path, body) => {
    const ada = await newAccount();
    await ada.expect(200, "/v1/me");
    await ada.expect(200, "/v1/auth/sign-out", { body: {} });
    const { code } = await ada.problem(401, path, { method, body });
    expect(code).toBe("unauthenticated");
  });

  it("is that of every other browser once the password was changed", async () => {
    const ada = await newAccount();
    const other = withCookie(await cookieOfSignIn(ada.email));
    await other.expect(200, "/v1/tokens");
    const change = { currentPassword: "correct horse", newPassword: "another horse", revokeOtherSessions: true };
    await ada.expect(200, "/v1/auth/change-password", { body: change });
    await other.problem(401, "/v1/tokens");
  });
});
