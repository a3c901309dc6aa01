import { createExecutionContext, env } from "cloudflare:test";
import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { session, twoFactor, user } from "../../../drizzle/schema/index.ts";
import { authOf, reencryptSecondFactors } from "../../../worker/accounts/index.ts";
import { type Config, configOf } from "../../../worker/config/index.ts";
import type { AuditEntry, Me, Page, Problem } from "../../../worker/contract/index.ts";
import { connect } from "../../../worker/database/index.ts";
import { createApp } from "../../../worker/http/app.ts";
import type { Env } from "../../../worker/http/environment.ts";
import { type Account, appUrl, newAccount, nobody, withCookie } from "../stage/client.ts";
import { totpOf } from "../stage/totp.ts";

const password = "correct horse";
const config = configOf(env);
const database = connect(config.database);

type Made = { totpURI: string; backupCodes: string[] };
type Known = Awaited<ReturnType<typeof turnOn>>;

const cookiesOf = (answer: Response): string =>
  answer.headers
    .getSetCookie()
    .filter((one) => !/max-age=0/i.test(one))
    .map((one) => one.split(";")[0])
    .join("; ");

/** The limit counts by address; each request's address is its own. */
const anywhere = () => ({ "CF-Connecting-IP": crypto.randomUUID() });

/** Turns the second factor of an account on. @returns its secret, its backup codes, and the account in a new session */
async function turnOn(account: Account) {
  const made = await account.expect<Made>(200, "/v1/auth/two-factor/enable", { body: { password } });
  const code = await totpOf(made.totpURI);
  const answer = await account.request("/v1/auth/two-factor/verify-totp", { body: { code }, headers: anywhere() });
  expect(answer.status).toBe(200);
  const cookie = cookiesOf(answer);
  return { ...made, email: account.email, cookie, account: withCookie(cookie) };
}

/** The first step of a sign-in: the cookie that the second step needs. */
async function firstStep(email: string): Promise<{ cookie: string; body: unknown }> {
  const answer = await nobody.request("/v1/auth/sign-in/email", { body: { email, password }, headers: anywhere() });
  expect(answer.status).toBe(200);
  return { cookie: cookiesOf(answer), body: await answer.json() };
}

const secondStep = (cookie: string, body: Record<string, unknown>, kind: "totp" | "backup-code" = "totp") =>
  withCookie(cookie).request(`/v1/auth/two-factor/verify-${kind}`, { body, headers: anywhere() });

const wrongFor = async ({ totpURI }: Known): Promise<string> => {
  const moments = [-1, 0, 1].map((step) => totpOf(totpURI, Date.now() + step * 30_000));
  const right = await Promise.all(moments);
  return right.includes("000000") ? "000001" : "000000";
};

describe("signing in with a second factor", () => {
  it("The second factor is on once its first code was entered, and the account says so", async () => {
    const ada = await newAccount();
    expect((await ada.expect<Me>(200, "/v1/me")).secondFactor).toEqual({
      enabled: false,
      verified: false,
      required: false,
    });
    await ada.expect(200, "/v1/auth/two-factor/enable", { body: { password } });
    expect((await firstStep(ada.email)).body).not.toHaveProperty("twoFactorRedirect");
    const on = await turnOn(await newAccount());
    expect(on.backupCodes).toHaveLength(10);
    expect((await on.account.expect<Me>(200, "/v1/me")).secondFactor).toMatchObject({ enabled: true, verified: true });
  });

  it("The password alone opens no session, and the code then does", async () => {
    const on = await turnOn(await newAccount());
    const { cookie, body } = await firstStep(on.email);
    expect(body).toEqual({ twoFactorRedirect: true, twoFactorMethods: ["totp"] });
    await withCookie(cookie).problem(401, "/v1/me");
    const answer = await secondStep(cookie, { code: await totpOf(on.totpURI) });
    expect(answer.status).toBe(200);
    const signedIn = withCookie(cookiesOf(answer));
    expect((await signedIn.expect<Me>(200, "/v1/me")).secondFactor.verified).toBe(true);
    // The challenge is used up.
    expect((await secondStep(cookie, { code: await totpOf(on.totpURI) })).status).toBe(401);
  });

  it("The audit log records one sign-in for the two steps, and each change of the second factor", async () => {
    const ada = await newAccount();
    const on = await turnOn(ada);
    const { cookie } = await firstStep(on.email);
    await secondStep(cookie, { code: await totpOf(on.totpURI) });
    const { data } = await on.account.expect<Page<AuditEntry>>(200, "/v1/audit?limit=100");
    // The sign-up, the session that the first code began, and the sign-in.
    expect(data.filter(({ action }) => action === "session.created")).toHaveLength(3);
    expect(data.map(({ action }) => action)).toContain("second_factor.enabled");
  });

  it("A wrong code opens no session, and five of them end the sign-in", async () => {
    const on = await turnOn(await newAccount());
    const { cookie } = await firstStep(on.email);
    const wrong = { code: await wrongFor(on) };
    for (let guess = 0; guess < 5; guess += 1) expect((await secondStep(cookie, wrong)).status).toBe(401);
    const late = await secondStep(cookie, { code: await totpOf(on.totpURI) });
    expect(late.status).toBe(422);
    expect(await late.json<Problem>()).toMatchObject({ reason: "too_many_attempts_request_new_code" });
  });

  it("Ten wrong codes in different sign-ins lock the second factor for a while", async () => {
    const on = await turnOn(await newAccount());
    const wrong = { code: await wrongFor(on) };
    const { id } = await on.account.expect<Me>(200, "/v1/me");
    await database.update(twoFactor).set({ failedVerificationCount: 9 }).where(eq(twoFactor.userId, id));
    expect((await secondStep((await firstStep(on.email)).cookie, wrong)).status).toBe(401);
    const { cookie } = await firstStep(on.email);
    expect((await secondStep(cookie, { code: await totpOf(on.totpURI) })).status).toBe(429);
  });

  it("A backup code signs in once", async () => {
    const on = await turnOn(await newAccount());
    const body = { code: on.backupCodes[0] };
    expect((await secondStep((await firstStep(on.email)).cookie, body, "backup-code")).status).toBe(200);
    expect((await secondStep((await firstStep(on.email)).cookie, body, "backup-code")).status).toBe(401);
  });

  it("New backup codes replace the old ones", async () => {
    const on = await turnOn(await newAccount());
    const path = "/v1/auth/two-factor/generate-backup-codes";
    const { backupCodes } = await on.account.expect<Made>(200, path, { body: { password } });
    const use = async (code: string | undefined) =>
      (await secondStep((await firstStep(on.email)).cookie, { code }, "backup-code")).status;
    expect(await use(on.backupCodes[0])).toBe(401);
    expect(await use(backupCodes[0])).toBe(200);
  });

  it("Turning the second factor off requires the password, which then suffices to sign in", async () => {
    const on = await turnOn(await newAccount());
    await on.account.problem(422, "/v1/auth/two-factor/disable", { body: { password: "wrong horse" } });
    await on.account.expect(200, "/v1/auth/two-factor/disable", { body: { password } });
    expect((await firstStep(on.email)).body).toMatchObject({ user: { email: on.email } });
  });

  it("A browser cannot be trusted past the second factor, and no request has fields beyond its own", async () => {
    const on = await turnOn(await newAccount());
    const { cookie } = await firstStep(on.email);
    for (const more of [{ trustDevice: true }, { disableSession: true }]) {
      const answer = await secondStep(cookie, { code: await totpOf(on.totpURI), ...more });
      expect(answer.status).toBe(422);
      expect(await answer.json<Problem>()).toMatchObject({ errors: [{ code: "unrecognized_keys" }] });
    }
  });

  it("A stranger at an open browser guesses neither the password nor a code without end", async () => {
    const on = await turnOn(await newAccount());
    const statuses: number[] = [];
    const code = await wrongFor(on);
    for (let guess = 0; guess < 6; guess += 1)
      statuses.push((await on.account.request("/v1/auth/two-factor/verify-totp", { body: { code } })).status);
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
  });
});

const app = createApp();

/** Asks for the alerts of an installation that requires a second factor of its owner. */
const alertsFor = (cookie: string, owner: string) =>
  app.fetch(
    new Request(`${appUrl}/v1/admin/alerts`, { headers: { Cookie: cookie } }),
    { ...env, ADMIN_REQUIRE_TOTP: "true", ADMIN_EMAILS: owner } as unknown as Env,
    createExecutionContext(),
  );

describe("an administration that requires a second factor", () => {
  it("An owner without a second factor is refused with a code of its own, and a verified session is admitted", async () => {
    const ada = await newAccount();
    const refused = await alertsFor(ada.cookie, ada.email);
    expect(refused.status).toBe(403);
    expect(await refused.json<Problem>()).toMatchObject({ code: "second_factor_required" });
    const { cookie, totpURI } = await turnOn(ada);
    expect((await alertsFor(cookie, ada.email)).status).toBe(200);
    const { id } = await withCookie(cookie).expect<Me>(200, "/v1/me");
    await database.update(session).set({ secondFactor: false }).where(eq(session.userId, id));
    expect((await alertsFor(cookie, ada.email)).status).toBe(403);
    // A session that GitHub began is verified by a code of its own.
    const body = { code: await totpOf(totpURI) };
    await withCookie(cookie).expect(200, "/v1/auth/two-factor/verify-totp", { body });
    expect((await alertsFor(cookie, ada.email)).status).toBe(200);
  });

  it("A verified session counts no more once the second factor is off", async () => {
    const ada = await newAccount();
    const { cookie } = await turnOn(ada);
    const { id } = await withCookie(cookie).expect<Me>(200, "/v1/me");
    await database.update(user).set({ twoFactorEnabled: false }).where(eq(user.id, id));
    expect((await alertsFor(cookie, ada.email)).status).toBe(403);
  });

  it("Everybody else still learns nothing of the administration", async () => {
    const { cookie } = await turnOn(await newAccount());
    expect((await alertsFor(cookie, "somebody.else@example.com")).status).toBe(404);
  });
});

describe("a new AUTH_SECRET", () => {
  it("Second factors are encrypted again, so that they outlive the secret before", async () => {
    const on = await turnOn(await newAccount());
    const { id } = await on.account.expect<Me>(200, "/v1/me");
    const rotated: Config = {
      ...config,
      authSecret: "another-secret-of-32-characters!!",
      authSecretPrevious: config.authSecret,
    };
    const stored = async () => (await database.select().from(twoFactor).where(eq(twoFactor.userId, id)))[0];
    const before = await stored();
    for (let sweep = 0; sweep < 20 && (await stored())?.secret === before?.secret; sweep += 1)
      await reencryptSecondFactors({ config: rotated, database });
    const after = await stored();
    expect(after?.secret).not.toBe(before?.secret);
    const alone = { ...rotated, authSecretPrevious: null };
    const other = connect({ ...config.database });
    const auth = await authOf(alone, other);
    const answer = await auth.api.viewBackupCodes({ body: { userId: id } });
    expect(answer.backupCodes).toEqual(on.backupCodes);
    // Back to the tests' own secret.
    await reencryptSecondFactors({
      config: { ...config, authSecretPrevious: rotated.authSecret },
      database,
    });
  });
});
