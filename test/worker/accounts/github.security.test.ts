import { eq } from "drizzle-orm";
import { afterEach, describe, expect, it, vi } from "vitest";
import { account, user } from "../../../drizzle/schema/index.ts";
import { database } from "../database/direct.ts";
import { cookiesIn } from "../stage/client.ts";
import { apiWith } from "./other-config.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

type Person = { id: number; email: string; verified: boolean; name?: string };

/**
 * Replaces GitHub as far as sign-in uses it.
 * @param person the person who signs in next
 */
function standIn(person: () => Person) {
  const real = globalThis.fetch;
  vi.spyOn(globalThis, "fetch").mockImplementation(async (input, init) => {
    const url = input instanceof Request ? input.url : String(input);
    if (url.startsWith("https://github.com/login/oauth/access_token"))
      return Response.json({
        access_token: "gho_secret",
        refresh_token: "ghr_secret",
        token_type: "bearer",
        scope: "read:user",
      });
    const { id, email, verified, name = "Octo Cat" } = person();
    if (url === "https://api.github.com/user") return Response.json({ id, login: "octocat", name, email });
    if (url === "https://api.github.com/user/emails") return Response.json([{ email, primary: true, verified }]);
    return real(input, init);
  });
}

const api = () => apiWith({ GITHUB_CLIENT_ID: "client", GITHUB_CLIENT_SECRET: "client-secret" });

/**
 * Signs in by GitHub.
 * @returns the redirect's location and the session's cookies
 */
async function signIn({ request }: ReturnType<typeof apiWith>) {
  const begun = await request("/v1/auth/sign-in/social", {
    body: { provider: "github", callbackURL: "/", errorCallbackURL: "/sign-in" },
  });
  const { url } = await begun.json<{ url: string }>();
  const state = new URL(url).searchParams.get("state") ?? "";
  const back = await request(`/v1/auth/callback/github?code=a-code&state=${state}`, { cookie: cookiesIn(begun) });
  return { location: back.headers.get("location") ?? "", cookie: cookiesIn(back) };
}

let last = Math.floor(Math.random() * 1e9);
const someone = (more: Partial<Person> = {}): Person => {
  last += 1;
  return { id: last, email: `${crypto.randomUUID()}@example.com`, verified: true, ...more };
};

const rowsOf = (email: string) =>
  database
    .select({
      provider: account.providerId,
      subject: account.accountId,
      row: account,
      emailVerified: user.emailVerified,
    })
    .from(account)
    .innerJoin(user, eq(user.id, account.userId))
    .where(eq(user.email, email));

describe("signing in with GitHub", () => {
  it("GitHub sign-in creates an account for a new person, and stores none of the provider's tokens", async () => {
    const person = someone();
    standIn(() => person);
    const app = api();
    for (let n = 0; n < 2; n += 1) {
      const { location, cookie } = await signIn(app);
      expect(location).toBe("/");
      expect(await (await app.request("/v1/me", { cookie })).json()).toMatchObject({ email: person.email });
    }
    const rows = await rowsOf(person.email);
    expect(rows).toMatchObject([{ provider: "github", subject: String(person.id), emailVerified: true }]);
    expect(JSON.stringify(rows)).not.toMatch(/gh[or]_secret/);
  });

  it("GitHub sign-in does not link to an account with the same unverified address", async () => {
    const app = api();
    const { email } = await app.signUp();
    standIn(() => someone({ email }));
    const { location, cookie } = await signIn(app);
    expect(location).toMatch(/^\/sign-in\?error=account_not_linked/);
    expect((await app.request("/v1/me", { cookie })).status).toBe(401);
    expect((await rowsOf(email)).map(({ provider }) => provider)).toEqual(["credential"]);
  });

  it("GitHub sign-in does not link to an account when GitHub has not verified the address", async () => {
    const app = api();
    const { email } = await app.signUp();
    await database.update(user).set({ emailVerified: true }).where(eq(user.email, email));
    standIn(() => someone({ email, verified: false }));
    const { location } = await signIn(app);
    expect(location).toMatch(/error=account_not_linked/);
    expect((await rowsOf(email)).map(({ provider }) => provider)).toEqual(["credential"]);
  });

  it("GitHub sign-in links to an account when both sides have verified the address, and stores no token", async () => {
    const app = api();
    const { email } = await app.signUp();
    await database.update(user).set({ emailVerified: true }).where(eq(user.email, email));
    const person = someone({ email });
    standIn(() => person);
    expect((await signIn(app)).location).toBe("/");
    const rows = await rowsOf(email);
    expect(rows.map(({ provider }) => provider).sort()).toEqual(["credential", "github"]);
    expect(JSON.stringify(rows)).not.toMatch(/gh[or]_secret/);
  });

  it("GitHub sign-in identifies a person by the subject, not by the address", async () => {
    const first = someone();
    let person = first;
    standIn(() => person);
    const app = api();
    await signIn(app);
    // The same person keeps the account after a change of address.
    person = { ...first, email: `${crypto.randomUUID()}@example.com` };
    const moved = await signIn(app);
    expect(await (await app.request("/v1/me", { cookie: moved.cookie })).json()).toMatchObject({ email: first.email });
    // Another subject that has the address by now is another person, verified or not.
    for (const verified of [true, false]) {
      person = someone({ email: first.email, verified });
      const other = await signIn(app);
      expect(other.location).toMatch(/error=account_not_linked/);
      expect((await app.request("/v1/me", { cookie: other.cookie })).status).toBe(401);
    }
    expect(await rowsOf(first.email)).toMatchObject([{ subject: String(first.id) }]);
  });

  it("GitHub sign-in refuses a suspended account, with the reason", async () => {
    const person = someone();
    standIn(() => person);
    const app = api();
    await signIn(app);
    await database.update(user).set({ suspendedAt: new Date() }).where(eq(user.email, person.email));
    const { location, cookie } = await signIn(app);
    expect(location).toMatch(/error=ACCOUNT_SUSPENDED/);
    expect((await app.request("/v1/me", { cookie })).status).toBe(401);
  });
});
