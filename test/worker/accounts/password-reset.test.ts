import { env } from "cloudflare:test";
import { afterEach, describe, expect, inject, it, vi } from "vitest";
import { verification } from "../../../drizzle/schema/index.ts";
import { resetMail, sendMail } from "../../../worker/accounts/mail.ts";
import { configOf } from "../../../worker/config/index.ts";
import type { AuditEntry } from "../../../worker/contract/index.ts";
import { cookieOfSignIn, database } from "../database/direct.ts";
import { newAccount, nobody, type Page, withCookie } from "../stage/client.ts";
import type { Received } from "../webhooks/receiver.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

const anywhere = () => ({ "CF-Connecting-IP": crypto.randomUUID() });

const post = (path: string, body: unknown) => nobody.request(`/v1/auth/${path}`, { body, headers: anywhere() });

/** Asks for a new password, and gives the token of the link in the mail; null where none was sent. */
async function tokenFor(email: string): Promise<string | null> {
  const said = vi.spyOn(console, "log").mockImplementation(() => undefined);
  const answer = await post("request-password-reset", { email });
  expect(answer.status).toBe(200);
  const lines = said.mock.calls.map(([line]) => JSON.parse(String(line)));
  said.mockRestore();
  const mail = lines.find(({ event, to }) => event === "mail" && to === email);
  return mail ? new URL(/http\S+/.exec(mail.text)?.[0] ?? "").searchParams.get("token") : null;
}

const reset = (token: string | null, newPassword = "another horse") => post("reset-password", { token, newPassword });

describe("a new password", () => {
  it("is set by the link in the mail, once, and ends the sessions of before", async () => {
    const ada = await newAccount();
    const token = await tokenFor(ada.email);
    expect((await reset(token)).status).toBe(200);
    await ada.problem(401, "/v1/tokens");
    await expect(cookieOfSignIn(ada.email)).rejects.toThrow("401");
    const again = withCookie(await cookieOfSignIn(ada.email, "another horse"));
    const { data } = await again.expect<Page<AuditEntry>>(200, "/v1/audit");
    expect(data.map(({ action }) => action)).toContain("password.reset");
    const second = await reset(token, "a third horse");
    expect(second.status).toBe(422);
    expect(await second.json()).toMatchObject({ code: "invalid_request", reason: "invalid_token" });
  });

  it("is not to be had with what the database knows", async () => {
    const ada = await newAccount();
    const token = await tokenFor(ada.email);
    const rows = await database.select().from(verification);
    expect(JSON.stringify(rows)).not.toContain(token);
  });

  it("is answered alike for an address that nobody has, and no mail is sent", async () => {
    const ada = await newAccount();
    const [known, unknown] = [ada.email, `${crypto.randomUUID()}@example.com`];
    const answers = [];
    for (const email of [known, unknown]) {
      answers.push(await (await post("request-password-reset", { email })).text());
    }
    expect(answers[0]).toBe(answers[1]);
    expect(await tokenFor(unknown)).toBeNull();
  });

  it("is asked for five times in a quarter of an hour at most", async () => {
    const email = `${crypto.randomUUID()}@example.com`;
    const statuses = [];
    for (let n = 0; n < 6; n += 1) statuses.push((await post("request-password-reset", { email })).status);
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
  });

  it("is refused where it is too short, or the link is none", async () => {
    const ada = await newAccount();
    expect((await reset(await tokenFor(ada.email), "short")).status).toBe(422);
    expect((await reset("made-up")).status).toBe(422);
    await cookieOfSignIn(ada.email);
  });
});

describe("a mail", () => {
  it("goes to the service that is set, as that takes it", async () => {
    const config = configOf(env);
    const url = `${inject("receiverUrl")}/200/${crypto.randomUUID()}`;
    const mail = { url, key: "a-key", from: "Edgesmith <hello@example.com>" };
    await sendMail({ ...config, mail }, resetMail(config, "ada@example.com", "a token"));
    const [sent]: Received[] = await (await fetch(url)).json();
    expect(sent?.headers).toMatchObject({ authorization: "Bearer a-key", "content-type": "application/json" });
    expect(JSON.parse(sent?.body ?? "")).toEqual({
      from: mail.from,
      to: ["ada@example.com"],
      subject: "Set a new password for Edgesmith",
      text: expect.stringContaining(`${config.appUrl}/reset-password?token=a%20token`),
    });
  });

  it("that could not be sent is said to whoever keeps the system running, without its text", async () => {
    const said = vi.spyOn(console, "log").mockImplementation(() => undefined);
    const mail = { url: `${inject("receiverUrl")}/500/${crypto.randomUUID()}`, key: "a-key", from: "a@example.com" };
    const config = { ...configOf(env), mail, logLevel: "error" as const };
    await sendMail(config, resetMail(config, "ada@example.com", "a-token"));
    expect(JSON.parse(String(said.mock.calls[0]?.[0]))).toMatchObject({ event: "mail.failed", level: "error" });
    expect(JSON.stringify(said.mock.calls)).not.toMatch(/a-token|a-key|ada@/);
  });
});
