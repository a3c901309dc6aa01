import { beforeAll, describe, expect, it } from "vitest";
import { type Account, newAccount, newAdmin } from "../stage/client.ts";
import { absent, type KnownRoute, requestOf, routes } from "./requests.ts";

// A session's cookie is trusted for some seconds without a query. Operations that cannot be undone query the session.

const irreversible = new Set([
  "importProject",
  "importRepository",
  "publishProject",
  "putCopying",
  "startPreview",
  "createTrigger",
  "cancelRun",
  "createWebhook",
  "updateWebhook",
  "rotateWebhookSecret",
  "recoverWebhook",
  "updateTrigger",
  "rotateTriggerSecret",
  "redeliver",
]);
const isLookedUp = ({ method, access, name }: KnownRoute): boolean =>
  method === "DELETE" || access === "session" || access === "admin" || irreversible.has(name);

let signedOut: Account;
let signedOutAdmin: Account;

beforeAll(async () => {
  [signedOut, signedOutAdmin] = [await newAccount(), await newAdmin()];
  for (const account of [signedOut, signedOutAdmin]) await account.expect(200, "/v1/auth/sign-out", { method: "POST" });
});

describe("a session after signing out", () => {
  it("A read still accepts an ended session by its cookie for some seconds", async () => {
    expect((await signedOut.request("/v1/projects")).status).toBe(200);
  });

  it("A stream or a socket refuses an ended session", async () => {
    const stream = await signedOut.request("/v1/runs/run_0/events", { headers: { Accept: "text/event-stream" } });
    const feed = await signedOut.request("/v1/projects/prj_0/live", { headers: { Upgrade: "websocket" } });
    expect([stream.status, feed.status]).toEqual([401, 401]);
  });

  it.each(routes.filter(isLookedUp).map((route) => [`${route.method} ${route.path}`, route] as const))(
    "A sensitive route refuses an ended session: %s",
    async (_, route) => {
      const { path, body, type } = requestOf(route);
      const isForAdmins = route.access === "admin";
      const answer = await (isForAdmins ? signedOutAdmin : signedOut).request(path(absent), {
        method: route.method,
        ...(body !== undefined && { body }),
        ...(type !== undefined && { headers: { "Content-Type": type } }),
      });
      expect(answer.status, await answer.text()).toBe(isForAdmins ? 404 : 401);
    },
  );
});
