import { createExecutionContext, env, waitOnExecutionContext } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { createApp } from "../../../worker/http/app.ts";
import type { Env } from "../../../worker/http/environment.ts";
import { cookieOfSignIn, sessionCookieIn } from "../database/direct.ts";
import { appUrl, newAccount, nobody, withCookie } from "../stage/client.ts";
import { withoutMetrics } from "../stage/without-metrics.ts";

describe("writes of better-auth by cookie", () => {
  it.each([
    ["/v1/auth/sign-out", {}],
    ["/v1/auth/change-password", { currentPassword: "correct horse", newPassword: "stolen horse" }],
  ])("A write of better-auth by cookie needs the app's own Origin: %s", async (path, body) => {
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

  it.each([
    ["POST", "update-user", { plan: "enterprise", dailyMicroUsd: 1e12 }],
    ["POST", "update-session", {}],
    ["POST", "verify-password", { password: "correct horse" }],
    ["POST", "change-email", { newEmail: "mallory@example.com" }],
    ["POST", "set-password", { newPassword: "stolen horse" }],
    ["POST", "delete-user", {}],
    ["GET", "list-sessions", undefined],
    ["POST", "revoke-session", { token: "any" }],
    ["POST", "revoke-sessions", {}],
    ["POST", "revoke-other-sessions", {}],
    ["POST", "link-social", { provider: "github" }],
    ["GET", "list-accounts", undefined],
    ["POST", "unlink-account", { providerId: "credential" }],
    ["POST", "get-access-token", { providerId: "github" }],
    ["POST", "refresh-token", { providerId: "github" }],
    ["GET", "account-info", undefined],
    ["GET", "reset-password/a-token?callbackURL=/", undefined],
    ["GET", "delete-user/callback?token=any", undefined],
    ["GET", "ok", undefined],
    ["GET", "list%2Dsessions", undefined],
    ["GET", "LIST-SESSIONS", undefined],
    ["GET", "list-sessions/", undefined],
  ])("A path of better-auth outside the contract is a 404: %s %s", async (method, path, body) => {
    const ada = await newAccount();
    const problem = await ada.problem(404, `/v1/auth/${path}`, { method, ...(body !== undefined && { body }) });
    expect(problem.code).toBe("not_found");
    expect(await ada.expect(200, "/v1/me")).toMatchObject({ plan: "free", name: "Ada" });
  });

  it.each([
    ["POST", "get-session", "GET"],
    ["DELETE", "get-session", "GET"],
    ["GET", "sign-out", "POST"],
    ["GET", "sign-in/email", "POST"],
    ["PUT", "sign-up/email", "POST"],
    ["PATCH", "change-password", "POST"],
    ["POST", "callback/github", "GET"],
  ])("The method %s at %s is a 405 with the right method in Allow", async (method, path, allowed) => {
    const ada = await newAccount();
    const answer = await ada.request(`/v1/auth/${path}`, { method });
    expect(answer.status).toBe(405);
    expect(answer.headers.get("allow")).toBe(allowed);
    expect(await answer.json()).toMatchObject({ code: "method_not_allowed" });
  });

  it("HEAD below /v1/auth has the headers of GET and no body", async () => {
    const ada = await newAccount();
    const answer = await ada.request("/v1/auth/get-session", { method: "HEAD" });
    expect([answer.status, await answer.text()]).toEqual([200, ""]);
  });

  it("POST /v1/auth/sign-out accepts an absent and an empty body", async () => {
    for (const init of [{ method: "POST" }, { method: "POST", body: "" }, { method: "POST", body: {} }]) {
      const ada = await newAccount();
      await ada.expect(200, "/v1/auth/sign-out", init);
      await withCookie(sessionCookieIn(ada.cookie)).problem(401, "/v1/me");
    }
  });

  it("A person can fail to change the password five times in 15 minutes, and successes do not count", async () => {
    const ada = await newAccount();
    const change = (currentPassword: string, newPassword: string) =>
      ada.request("/v1/auth/change-password", { body: { currentPassword, newPassword } });
    for (let n = 0; n < 6; n += 1) {
      const [before, after] = n % 2 ? ["another horse", "correct horse"] : ["correct horse", "another horse"];
      expect((await change(before, after)).status).toBe(200);
    }
    for (let n = 0; n < 5; n += 1) expect((await change("wrong horse", "a third horse")).status).toBe(422);
    expect((await change("correct horse", "a third horse")).status).toBe(429);
    await cookieOfSignIn(ada.email);
  });

  it("The pages of better-auth cannot be framed or embedded", async () => {
    for (const path of ["error?error=state_mismatch", "get-session", "callback/github?error=x&state=y"]) {
      const { headers } = await nobody.request(`/v1/auth/${path}`, {});
      expect(headers.get("content-security-policy")).toContain("default-src 'none'");
      expect(headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
      expect(headers.get("x-frame-options")).toBe("DENY");
      expect(headers.get("referrer-policy")).toBe("no-referrer");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
    }
  });

  it("The pages of better-auth have Strict-Transport-Security when the app is served over https", async () => {
    withoutMetrics();
    const context = createExecutionContext();
    const served = {
      ...env,
      APP_URL: "https://edgesmith.example",
      PREVIEW_DOMAIN: "preview.example",
      IMPORT_HOSTS: "",
    };
    const answer = await createApp().fetch(new Request(`${appUrl}/v1/auth/error`), served as unknown as Env, context);
    await waitOnExecutionContext(context);
    expect(answer.headers.get("strict-transport-security")).toBe("max-age=63072000; includeSubDomains");
  });

  it("A change of the password requires the current one", async () => {
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
  it.each(["a\0b", "a\ud800b"])("A name that PostgreSQL cannot store is refused at sign-up: %j", async (name) => {
    const answer = await nobody.request("/v1/auth/sign-up/email", {
      body: { name, email: `${crypto.randomUUID()}@example.com`, password: "correct horse" },
      headers: { "CF-Connecting-IP": crypto.randomUUID() },
    });
    expect(answer.status).toBe(422);
    expect(await answer.json()).toMatchObject({ code: "invalid_request" });
  });
});

describe("an ended session", () => {
  it.each([
    ["creates no token", "POST", "/v1/tokens", { name: "for good", scopes: ["projects:read"] }],
    ["lists no tokens", "GET", "/v1/tokens", undefined],
    ["does not update the account", "PATCH", "/v1/me", { name: "Mallory" }],
  ])("An ended session %s, although its signed cookie is recent", async (_, method, path, body) => {
    const ada = await newAccount();
    await ada.expect(200, "/v1/me");
    await ada.expect(200, "/v1/auth/sign-out", { body: {} });
    const { code } = await ada.problem(401, path, { method, body });
    expect(code).toBe("unauthenticated");
  });

  it("A change of the password ends the sessions of all other browsers", async () => {
    const ada = await newAccount();
    const other = withCookie(await cookieOfSignIn(ada.email));
    await other.expect(200, "/v1/tokens");
    const change = { currentPassword: "correct horse", newPassword: "another horse", revokeOtherSessions: true };
    await ada.expect(200, "/v1/auth/change-password", { body: change });
    await other.problem(401, "/v1/tokens");
  });
});
