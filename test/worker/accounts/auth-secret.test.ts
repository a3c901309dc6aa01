import { createExecutionContext, env, waitOnExecutionContext } from "cloudflare:test";
import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { renewToken } from "../../../worker/accounts/index.ts";
import { createApp } from "../../../worker/http/app.ts";
import type { Env } from "../../../worker/http/environment.ts";
import { appUrl, cookiesIn, newAccount, type Project } from "../stage/client.ts";
import { withoutMetrics } from "../stage/without-metrics.ts";

const before = String(Reflect.get(env, "AUTH_SECRET"));
const after = "another-secret-of-more-than-thirty-two-characters";

const rotating = { ...env, AUTH_SECRET: after, AUTH_SECRET_PREVIOUS: before };
const rotated = { ...env, AUTH_SECRET: after };
const unrelated = { ...env, AUTH_SECRET: after, AUTH_SECRET_PREVIOUS: "a-third-secret-of-more-than-thirty-two-chars" };

/** Sends a request to the Worker with these variables. */
async function ask(variables: unknown, path: string, init: RequestInit & { headers: Record<string, string> }) {
  withoutMetrics();
  const context = createExecutionContext();
  const answer = await createApp().fetch(new Request(`${appUrl}${path}`, init), variables as Env, context);
  await waitOnExecutionContext(context);
  return answer;
}

const me = async (variables: unknown, cookie: string) =>
  (await ask(variables, "/v1/me", { headers: { Cookie: cookie } })).status;

describe("a session that was signed with the previous AUTH_SECRET", () => {
  it("A session signed with the previous AUTH_SECRET is valid while AUTH_SECRET_PREVIOUS is set, and not without it", async () => {
    const { cookie } = await newAccount();
    expect(await me(rotating, cookie)).toBe(200);
    expect(await me(rotated, cookie)).toBe(401);
    expect(await me(unrelated, cookie)).toBe(401);
  });

  it("A session signed with the previous AUTH_SECRET gets a cookie signed with the new one", async () => {
    const { cookie } = await newAccount();
    const answer = await ask(rotating, "/v1/me", { headers: { Cookie: cookie } });
    const session = answer.headers.getSetCookie().find((one) => one.startsWith("edgesmith.session_token="));
    expect(session).toMatch(/; Max-Age=2592000; Path=\/; HttpOnly; SameSite=Lax$/);
    expect(await me(rotated, cookiesIn(answer))).toBe(200);
    expect(await me(rotating, cookiesIn(answer))).toBe(200);
  });

  it("Signing out ends a session that is signed with the previous AUTH_SECRET", async () => {
    const { cookie } = await newAccount();
    const headers = { Cookie: cookie, Origin: appUrl, "Content-Type": "application/json" };
    const answer = await ask(rotating, "/v1/auth/sign-out", { method: "POST", headers });
    expect(answer.status).toBe(200);
    const told = answer.headers.getSetCookie().filter((one) => one.startsWith("edgesmith.session_token="));
    expect(told).toEqual([expect.stringContaining("Max-Age=0")]);
    expect(await me(rotating, cookie)).toBe(401);
  });

  it("A stored response encrypted with the previous AUTH_SECRET is replayed under its Idempotency-Key", async () => {
    const ada = await newAccount();
    const key = crypto.randomUUID();
    const body = { name: "Kept" };
    const made = await ada.expect<Project>(201, "/v1/projects", { body, headers: { "Idempotency-Key": key } });
    const headers = { Cookie: ada.cookie, Origin: appUrl, "Content-Type": "application/json", "Idempotency-Key": key };
    const again = await ask(rotating, "/v1/projects", { method: "POST", headers, body: JSON.stringify(body) });
    expect(again.headers.get("idempotent-replayed")).toBe("true");
    expect(await again.json()).toEqual(made);
  });

  it("A cookie signed with neither AUTH_SECRET does not authenticate", async () => {
    const { cookie } = await newAccount();
    const [name, value = ""] = (cookie.split("; ").find((one) => one.includes("session_token")) ?? "").split("=");
    const [token = ""] = decodeURIComponent(value).split(".");
    const forged = createHmac("sha256", "no secret of ours").update(token).digest("base64");
    expect(await me(rotating, `${name}=${encodeURIComponent(`${token}.${forged}`)}`)).toBe(401);
    expect(await me(rotating, `${name}=%E0%A4%A`)).toBe(401);
  });
});

describe("a link's token that was signed with the previous AUTH_SECRET", () => {
  const config = { authSecret: after, authSecretPrevious: before, appUrl };
  const tokenOf = (secret: string) => {
    const signed = "eyJhbGciOiJIUzI1NiJ9.eyJlbWFpbCI6ImFkYUBleGFtcGxlLmNvbSJ9";
    return `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`;
  };

  it("A link's token signed with the previous AUTH_SECRET is re-signed, and a foreign token is not", () => {
    expect(renewToken(config, tokenOf(before))).toBe(tokenOf(after));
    expect(renewToken(config, tokenOf("no secret of ours"))).toBeNull();
    expect(renewToken({ ...config, authSecretPrevious: null }, tokenOf(before))).toBeNull();
    expect(renewToken(config, "no-token")).toBeNull();
  });
});
