import { describe, expect, it } from "vitest";
import { parseRateLimit, problemMessage } from "../../frontend/src/api/error-messages.ts";

const none = { limit: null, perMinute: null, waitSeconds: null };
const limited = (limit: string, waitSeconds: number) =>
  problemMessage(
    429,
    { code: "rate_limited", detail: "At most 3 a minute (runs)." },
    { limit, perMinute: 3, waitSeconds },
  );

describe("the message of a problem response", () => {
  it("problemMessage names the rate limit and the wait", () => {
    expect(limited("runs", 58)).toBe("You've hit the limit of 3 prompts a minute. Try again in 58 seconds.");
    expect(limited("sign-in", 840)).toBe("Too many sign-in attempts. Try again in 14 minutes.");
    expect(limited("reads", 1)).toBe("Too many requests. Try again in 1 second.");
    expect(problemMessage(429, { code: "rate_limited" }, none)).toContain("Try again in a while.");
  });

  it("parseRateLimit parses the limit from the response's headers", () => {
    const headers = new Headers({ "RateLimit-Policy": '"runs";q=3;w=60', "Retry-After": "58" });
    expect(parseRateLimit(headers)).toEqual({ limit: "runs", perMinute: 3, waitSeconds: 58 });
    expect(parseRateLimit(new Headers())).toEqual(none);
  });

  it("problemMessage says when a used-up budget resets", () => {
    const used = { code: "budget_exceeded", detail: "What is left of today's budget does not suffice." };
    expect(problemMessage(429, used, none)).toBe("You've used today's budget. It resets at midnight UTC.");
    expect(problemMessage(429, used, { limit: null, waitSeconds: 16_000 })).toContain("It resets in 5 hours.");
  });

  it("problemMessage replaces details that are written for programs", () => {
    const bearer = { code: "unauthenticated", detail: "Send a Bearer token." };
    expect(problemMessage(401, bearer, none)).toBe("You've been signed out. Sign in to continue.");
    const wrong = { code: "unauthenticated", detail: "Invalid email or password", reason: "invalid_email_or_password" };
    expect(problemMessage(401, wrong, none)).toBe("Wrong email or password.");
  });

  it("problemMessage returns the server's own detail otherwise", () => {
    expect(problemMessage(409, { code: "file_exists", detail: "a.ts is there already." }, none)).toBe(
      "a.ts is there already.",
    );
    const errors = [{ pointer: "/name", code: "too_big", detail: "name has at most 100 characters." }];
    expect(problemMessage(422, { code: "invalid_request", detail: "Invalid.", errors }, none)).toBe(errors[0]?.detail);
    expect(problemMessage(502, {}, none)).toBe("The server answered 502.");
  });
});
