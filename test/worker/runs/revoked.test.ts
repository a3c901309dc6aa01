import { env, SELF } from "cloudflare:test";
import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { run as runTable } from "../../../drizzle/schema/index.ts";
import { liveClose, type NewApiToken, type Preview } from "../../../worker/contract/index.ts";
import type { Env } from "../../../worker/http/environment.ts";
import { sessionOf } from "../../../worker/runs/session-client.ts";
import { database } from "../database/direct.ts";
import {
  type Account,
  appUrl,
  type Caller,
  newAccount,
  newProject,
  runToEnd,
  withCookie,
  withToken,
} from "../stage/client.ts";
import { inTime, liveFeed, openPreview, stream, toEnd, withinMs } from "./open-connections.ts";

async function withTokens(count: number) {
  const ada = await newAccount();
  const { id: projectId } = await newProject(ada);
  const scopes = ["projects:read", "projects:write", "runs:read", "runs:write"];
  const tokens = await Promise.all(
    Array.from({ length: count }, () => ada.expect<NewApiToken>(201, "/v1/tokens", { body: { name: "live", scopes } })),
  );
  return { ada, projectId, tokens, callers: tokens.map(({ token }) => withToken(token)) };
}

const signIn = async ({ email }: Account): Promise<Caller> => {
  const answer = await SELF.fetch(`${appUrl}/v1/auth/sign-in/email`, {
    method: "POST",
    headers: { Origin: appUrl, "Content-Type": "application/json", "CF-Connecting-IP": crypto.randomUUID() },
    body: JSON.stringify({ email, password: "correct horse" }),
  });
  expect(answer.status).toBe(200);
  const cookies = answer.headers.getSetCookie().map((one) => one.split(";")[0]);
  return withCookie(cookies.join("; "));
};

describe("a credential that ends", () => {
  it("Revoking a token closes its live feeds and streams within five seconds, and no other token's", async () => {
    const { ada, projectId, tokens, callers } = await withTokens(2);
    const [revoked, kept] = callers;
    if (!revoked || !kept) throw new Error("There are no tokens.");
    const run = await stream(revoked, projectId);
    const [feed, other] = [await liveFeed(revoked, projectId), await liveFeed(kept, projectId)];
    const again = toEnd(await run.again(revoked));
    await ada.expect(204, `/v1/tokens/${tokens[0]?.id}`, { method: "DELETE" });
    expect(await inTime(feed.closed)).toBe(liveClose.signInAgain);
    expect(await inTime(run.ended)).toBeGreaterThan(0);
    expect(await inTime(again)).toBeGreaterThan(0);
    expect(other.isOpen()).toBe(true);
    expect(
      (await revoked.problem(401, `/v1/projects/${projectId}/live`, { headers: { Upgrade: "websocket" } })).code,
    ).toBe("invalid_token");
    await ada.expect(200, `/v1/runs/${run.runId}/cancel`, { method: "POST" });
    other.close();
  });

  it("Rotating a token without an overlap closes its live feed", async () => {
    const { ada, projectId, tokens, callers } = await withTokens(1);
    const [old] = callers;
    if (!old) throw new Error("There is no token.");
    const feed = await liveFeed(old, projectId);
    await ada.expect(201, `/v1/tokens/${tokens[0]?.id}/rotate`, { body: {} });
    expect(await inTime(feed.closed)).toBe(liveClose.signInAgain);
  });

  it("Signing out closes the session's live feed, and not another session's", async () => {
    const { ada, projectId } = await withTokens(0);
    const second = await signIn(ada);
    const [feed, other] = [await liveFeed(second, projectId), await liveFeed(ada, projectId)];
    await second.expect(200, "/v1/auth/sign-out", { method: "POST" });
    expect(await inTime(feed.closed)).toBe(liveClose.signInAgain);
    expect(other.isOpen()).toBe(true);
    // Harmless requests accept a cached cookie for half a minute; a live feed verifies it.
    const refused = await second.request(`/v1/projects/${projectId}/live`, { headers: { Upgrade: "websocket" } });
    expect(refused.status).toBe(401);
    other.close();
  });

  it("Changing the password closes every other session's live feed and every preview on request", async () => {
    const { ada, projectId } = await withTokens(0);
    const second = await signIn(ada);
    const feed = await liveFeed(second, projectId);
    const operations = [{ op: "create", path: "index.html", content: "<h1>One</h1>" }];
    await ada.expect(201, `/v1/projects/${projectId}/batches`, { body: { operations } });
    const before = await ada.expect<Preview>(201, `/v1/projects/${projectId}/preview`, { body: {} });
    const visit = await openPreview(before.url);
    expect(await visit()).toBe(200);
    const body = { currentPassword: "correct horse", newPassword: "battery staple", revokeOtherSessions: true };
    await ada.expect(200, "/v1/auth/change-password", { body });
    expect(await inTime(feed.closed)).toBe(liveClose.signInAgain);
    await expect.poll(visit, { timeout: withinMs }).toBe(403);
  });

  it("a token that ends during a start gets no stream of the run", async () => {
    const { ada, projectId } = await withTokens(0);
    const { run } = await runToEnd(ada, projectId, { prompt: '```script\n[{"text":"Hello."}]\n```' });
    const [row] = await database.select().from(runTable).where(eq(runTable.id, run.id));
    const body = JSON.stringify({ start: row?.request, images: [], beginning: null });
    const looked = Date.now();
    const session = sessionOf(env as unknown as Env, projectId);
    const start = async (at: number) => {
      const headers = { "X-Caller": `${at} ${row?.ownerId} token:tok_1` };
      return (await session.fetch("https://session/start", { method: "POST", body, headers })).status;
    };
    expect(await start(looked)).toBe(200);
    await session.closeCallersExcept(row?.ownerId ?? "", []);
    expect(await start(looked)).toBe(401);
    expect(await start(Date.now() + 1)).toBe(200);
  });
});
