import { describe, expect, it } from "vitest";
import { parseRateLimit, problemMessage } from "../../frontend/src/api/error-messages.ts";

const none = { limit: null, waitSeconds: null };
const limited = (limit: string, waitSeconds: number) =>
  problemMessage(429, { code: "rate_limited", detail: "At most 3 a minute (runs)." }, { limit, waitSeconds });

describe("a refusal in words", () => {
  it("says of a limit what was too much and how long to wait", () => {
    expect(limited("runs", 58)).toBe("That was too many prompts in a short time. Try again in 58 seconds.");
    expect(limited("sign-in", 840)).toBe(
      "There were too many attempts to sign in or to sign up. Try again in 14 minutes.",
    );
    expect(limited("reads", 1)).toBe("That was too much in a short time. Try again in 1 second.");
    expect(problemMessage(429, { code: "rate_limited" }, none)).toContain("Try again in a while.");
  });

  it("reads which limit it was from the answer's headers", () => {
    const headers = new Headers({ "RateLimit-Policy": '"runs";q=3;w=60', "Retry-After": "58" });
    expect(parseRateLimit(headers)).toEqual({ limit: "runs", waitSeconds: 58 });
    expect(parseRateLimit(new Headers())).toEqual(none);
  });

  it("says of a budget that is used up when there is money again", () => {
    const used = { code: "budget_exceeded", detail: "What is left of today's budget does not suffice." };
    expect(problemMessage(429, used, none)).toBe("Today's budget is used up. It begins anew at midnight UTC.");
    expect(problemMessage(429, used, { limit: null, waitSeconds: 16_000 })).toContain("It begins anew in 5 hours.");
  });

  it("speaks to a person of what is written for programs as well", () => {
    const bearer = { code: "unauthenticated", detail: "Send a Bearer token." };
    expect(problemMessage(401, bearer, none)).toBe("You were signed out. Sign in again to go on.");
    const wrong = { code: "unauthenticated", detail: "Invalid email or password", reason: "invalid_email_or_password" };
    expect(problemMessage(401, wrong, none)).toBe("No account has this email and this password.");
  });

  it("is the server's own where that is meant for the person", () => {
    expect(problemMessage(409, { code: "file_exists", detail: "a.ts is there already." }, none)).toBe(
      "a.ts is there already.",
    );
    const errors = [{ pointer: "/name", code: "too_big", detail: "name has at most 100 characters." }];
    expect(problemMessage(422, { code: "invalid_request", detail: "Invalid.", errors }, none)).toBe(errors[0]?.detail);
    expect(problemMessage(502, {}, none)).toBe("The server answered 502.");
  });
});
