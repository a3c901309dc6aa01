import { eq } from "drizzle-orm";
import { describe, expect, inject, it } from "vitest";
import { user } from "../../../drizzle/schema/index.ts";
import type { Problem, Project } from "../../../worker/contract/index.ts";
import { database, sessionCookieIn } from "../database/direct.ts";
import { newAccount, newProject } from "../stage/client.ts";
import type { Received } from "../webhooks/receiver.ts";
import { apiWith } from "./other-config.ts";

function withMail() {
  const inbox = `${inject("receiverUrl")}/200/${crypto.randomUUID()}`;
  const api = apiWith({ MAIL_API_KEY: "a-key", MAIL_FROM: "Edgesmith <hello@example.com>", MAIL_API_URL: inbox });
  const mailsTo = async (email: string) => {
    const received: Received[] = await (await fetch(inbox)).json();
    return received
      .map(({ body }): { to: string[]; subject: string; text: string } => JSON.parse(body))
      .filter(({ to }) => to.includes(email));
  };
  return { ...api, mailsTo };
}

const gated = (projectId: string): [string, unknown][] => [
  [`/v1/projects/${projectId}/runs`, { prompt: '```script\n[{"text":"Hello."}]\n```' }],
  ["/v1/agents/route", { prompt: "Fix the error" }],
  ["/v1/tokens", { name: "t", scopes: ["projects:read"] }],
  ["/v1/webhooks", { url: `${inject("receiverUrl")}/200/x`, events: ["project.created"] }],
  [`/v1/projects/${projectId}/triggers`, { kind: "standard", prompt: "Hello" }],
  [`/v1/projects/${projectId}/publish`, {}],
];

describe("an account with an unverified address, with mail configured", () => {
  it("An unverified account gets a link, can read, and can do nothing that costs money or acts on other systems", async () => {
    const { request, signUp, mailsTo } = withMail();
    const { email, cookie } = await signUp();
    const made = await request("/v1/projects", { cookie, body: { name: "Mine" } });
    expect(made.status).toBe(201);
    const { id } = await made.json<Project>();
    for (const [path, body] of gated(id)) {
      const refused = await request(path, { cookie, body });
      expect([path, refused.status, (await refused.json<Problem>()).code]).toEqual([path, 403, "email_not_verified"]);
    }
    const [mail] = await mailsTo(email);
    expect(mail?.subject).toBe("Verify your email address for Edgesmith");
    const link = new URL(/http\S+/.exec(mail?.text ?? "")?.[0] ?? "");
    const followed = await request(`${link.pathname}${link.search}`);
    expect([followed.status, followed.headers.get("location")]).toEqual([302, "/settings/security"]);
    // With the same cookie, which still contains the unverified state.
    for (const [path, body] of gated(id)) {
      expect([path, (await request(path, { cookie, body })).status]).not.toEqual([path, 403]);
    }
  });

  it("An unverified account can have the link sent again three times an hour, without revealing other addresses", async () => {
    const { request, signUp, mailsTo } = withMail();
    const { email, cookie } = await signUp();
    const statuses = [];
    for (let n = 0; n < 4; n += 1)
      statuses.push((await request("/v1/auth/send-verification-email", { cookie, body: { email } })).status);
    expect(statuses).toEqual([200, 200, 200, 429]);
    expect(await mailsTo(email)).toHaveLength(4);
    const nobody = `${crypto.randomUUID()}@example.com`;
    const [known, unknown] = [
      await request("/v1/auth/send-verification-email", { body: { email: (await signUp()).email } }),
      await request("/v1/auth/send-verification-email", { body: { email: nobody } }),
    ];
    expect([unknown.status, await unknown.text()]).toEqual([known.status, await known.text()]);
    expect(await mailsTo(nobody)).toEqual([]);
  });

  it("An invalid verification link redirects with the reason", async () => {
    const { request } = withMail();
    const followed = await request("/v1/auth/verify-email?token=made-up&callbackURL=%2Fsettings%2Fsecurity");
    expect(followed.status).toBe(302);
    expect(followed.headers.get("location")).toContain("/settings/security?error=");
    const elsewhere = await request("/v1/auth/verify-email?token=x&callbackURL=https%3A%2F%2Fevil.example");
    expect(elsewhere.status).toBe(403);
  });

  it("An unverified account cannot pass by an isolate's cached session", async () => {
    const { request, signUp } = withMail();
    const { email, cookie } = await signUp();
    const { id } = await (await request("/v1/projects", { cookie, body: { name: "Mine" } })).json<Project>();
    const start = () =>
      request(`/v1/projects/${id}/runs`, { cookie, body: { prompt: '```script\n[{"text":"Hello."}]\n```' } });
    await database.update(user).set({ emailVerified: true }).where(eq(user.email, email));
    expect((await start()).status).toBe(202);
    await database.update(user).set({ emailVerified: false }).where(eq(user.email, email));
    const again = await request("/v1/tokens", {
      cookie: sessionCookieIn(cookie),
      body: { name: "t", scopes: ["projects:read"] },
    });
    expect(again.status).toBe(403);
  });
});

describe("an account without mail configured", () => {
  it("An account needs no verified address when no mail is configured", async () => {
    const ada = await newAccount();
    const { id } = await newProject(ada);
    for (const [path, body] of gated(id)) {
      expect([path, (await ada.request(path, { body })).status]).not.toEqual([path, 403]);
    }
  });
});
