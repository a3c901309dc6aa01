import { describe, expect, it } from "vitest";
import { cookieOfSignIn } from "../database/direct.ts";
import { cookiesIn, newAccount, nobody, withCookie } from "../stage/client.ts";

type Me = { id: string; email: string; name: string; plan: string; budget: { dailyMicroUsd: number } };

describe("an account", () => {
  it("A sign-up creates an account and signs in", async () => {
    const ada = await newAccount();
    const session = await ada.expect<{ user: { email: string } }>(200, "/v1/auth/get-session");
    expect(session.user.email).toBe(ada.email);
    expect(await ada.expect<Me>(200, "/v1/me")).toMatchObject({
      email: ada.email,
      name: "Ada",
      plan: "free",
      limits: { runsPerMinute: 3, writesPerMinute: 120, readsPerMinute: 600, fileBytes: 51_200 },
      usage: { todayMicroUsd: 0 },
    });
  });

  it("A session cookie is hidden from scripts, and not sent with other sites' forms", async () => {
    const { email } = await newAccount();
    const answer = await nobody.request("/v1/auth/sign-in/email", {
      body: { email, password: "correct horse" },
      headers: { "CF-Connecting-IP": crypto.randomUUID() },
    });
    expect(answer.status).toBe(200);
    const cookies = answer.headers.getSetCookie();
    expect(cookies).not.toHaveLength(0);
    for (const cookie of cookies) {
      expect(cookie).toMatch(/HttpOnly/i);
      expect(cookie).toMatch(/SameSite=Lax/i);
    }
  });

  it("A person can sign out and in again", async () => {
    const ada = await newAccount();
    const out = await ada.request("/v1/auth/sign-out", { method: "POST", body: {} });
    expect(out.status).toBe(200);
    expect(cookiesIn(out)).toBe("");
    const back = withCookie(await cookieOfSignIn(ada.email));
    expect(await back.expect<Me>(200, "/v1/me")).toMatchObject({ email: ada.email });
  });

  it("A person can change their name, and their daily budget up to the plan's", async () => {
    const ada = await newAccount();
    const changed = await ada.expect<Me>(200, "/v1/me", {
      method: "PATCH",
      body: { name: "Ada L.", budget: { dailyMicroUsd: 5_000 } },
    });
    expect(changed).toMatchObject({ name: "Ada L.", budget: { dailyMicroUsd: 5_000 } });
    expect(await ada.expect<Me>(200, "/v1/me")).toEqual(changed);
    const problem = await ada.problem(422, "/v1/me", {
      method: "PATCH",
      body: { budget: { dailyMicroUsd: 1_000_000_000 } },
    });
    expect(problem.errors).toMatchObject([{ pointer: "/budget/dailyMicroUsd" }]);
    expect(await ada.expect<Me>(200, "/v1/me")).toEqual(changed);
  });
});
