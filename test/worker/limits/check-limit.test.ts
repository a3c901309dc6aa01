import { describe, expect, it } from "vitest";
import type { AppError } from "../../../worker/errors.ts";
import { checkLimit, type LimitQuestion, limitHeadersOf, refund } from "../../../worker/limits/check-limit.ts";
import { failOpen } from "../../../worker/limits/fail-open.ts";
import type { Limiter, Policy } from "../../../worker/limits/limiter.ts";
import { type LimitClass, policyOf } from "../../../worker/limits/policies.ts";
import { counting } from "./counting.ts";

async function refusalOf(question: LimitQuestion): Promise<AppError> {
  return checkLimit(question).then(
    () => expect.fail("it was allowed"),
    (error: AppError) => error,
  );
}

const down: Limiter = {
  consume: () => Promise.reject(new Error("connect ECONNREFUSED")),
  refund: () => Promise.reject(new Error("connect ECONNREFUSED")),
};
const hanging: Limiter = { consume: () => new Promise(() => undefined), refund: () => new Promise(() => undefined) };

describe("a refund", () => {
  it("A refunded request can be made again, once", async () => {
    const question = { limiter: counting(), class: "run" as const, key: "usr_1", plan: "free" as const };
    for (let n = 0; n < 3; n += 1) await checkLimit(question);
    await refund(question);
    await checkLimit(question);
    expect((await refusalOf(question)).code).toBe("rate_limited");
  });

  it("A refund that fails because the store is down is ignored", async () => {
    const limiter = failOpen(down, "error", 50);
    await expect(refund({ limiter, class: "run", key: "usr_1" })).resolves.toBeUndefined();
  });
});

describe("a limit", () => {
  it("A limit that is off neither counts nor refuses its requests, and other limits still apply", async () => {
    const counted = counting();
    const limiter = { ...counted, isOff: ({ name }: Policy) => name === "runs" };
    for (let n = 0; n < 10; n += 1) {
      expect(await checkLimit({ limiter, class: "run", key: "usr_1", plan: "free" })).toEqual({});
    }
    await refund({ limiter, class: "run", key: "usr_1", plan: "free" });
    expect(counted.keys).toEqual([]);
    await checkLimit({ limiter, class: "write", key: "usr_1", plan: "free" });
    expect(counted.keys).toEqual(["usr_1"]);
  });

  it.each([
    ["run", "free", 3, 60],
    ["run", "pro", 20, 60],
    ["run", "enterprise", 60, 60],
    ["write", "free", 120, 60],
    ["write", "pro", 600, 60],
    ["write", "enterprise", 2_400, 60],
    ["read", "free", 600, 60],
    ["read", "pro", 3_000, 60],
    ["read", "enterprise", 12_000, 60],
    ["auth", "free", 20, 900],
    ["auth-network", "free", 200, 900],
    ["sign-in-account", "free", 5, 900],
    ["sign-in-source", "free", 5, 900],
    ["password-reset", "free", 3, 3_600],
    ["password-change", "free", 5, 900],
    ["anonymous", "free", 60, 60],
  ] as const)("The limit of a %s on %s is %i in %i s", (limitClass, plan, limit, windowSeconds) => {
    expect(policyOf(limitClass, plan)).toMatchObject({ limit, windowSeconds });
  });

  it("A limited response has RateLimit-Policy and RateLimit in the draft's format", async () => {
    const headers = await checkLimit({ limiter: counting(), class: "run", key: "usr_1", plan: "free" });
    expect(headers).toEqual({ "RateLimit-Policy": '"runs";q=3;w=60', RateLimit: '"runs";r=2;t=60' });
  });

  it("A request over the limit is refused with Retry-After, and each caller counts separately", async () => {
    const limiter = counting();
    const question = { limiter, class: "run", key: "usr_1", plan: "free" } as const;
    for (let count = 0; count < 3; count += 1) await checkLimit(question);
    const refusal = await refusalOf(question);
    expect(refusal).toMatchObject({ code: "rate_limited", retryAfter: 60 });
    expect(limitHeadersOf(refusal)).toEqual({
      "RateLimit-Policy": '"runs";q=3;w=60',
      RateLimit: '"runs";r=0;t=60',
      "Retry-After": "60",
    });
    await checkLimit({ ...question, key: "usr_2" });
  });

  it("An email address is a key only as a hash, in any case", async () => {
    const limiter = counting();
    for (let count = 0; count < 3; count += 1)
      await checkLimit({ limiter, class: "password-reset", key: "ada@example.com" });
    const refusal = await refusalOf({ limiter, class: "password-reset", key: "ADA@example.com " });
    expect(refusal).toMatchObject({ code: "rate_limited", detail: expect.stringContaining("an hour") });
    expect(limiter.keys.join()).not.toMatch(/ada/i);
  });

  it("All requests are allowed when limits are off", async () => {
    expect(await checkLimit({ limiter: null, class: "run", key: "usr_1" })).toEqual({});
  });
});

describe("with the store down or hanging", () => {
  const stores = [failOpen(down, "silent", 50), failOpen(hanging, "silent", 5)];

  it.each<LimitClass>(["run", "auth", "sign-in-account", "password-reset"])(
    "A %s is refused with the store down or hanging",
    async (limitClass) => {
      for (const limiter of stores) {
        const refusal = await refusalOf({ limiter, class: limitClass, key: "somebody" });
        expect(refusal).toMatchObject({ code: "dependency_down", retryAfter: 5 });
      }
    },
  );

  it.each<LimitClass>(["read", "write", "anonymous"])(
    "A %s is allowed with the store down or hanging, with the policy header alone",
    async (limitClass) => {
      for (const limiter of stores) {
        const headers = await checkLimit({ limiter, class: limitClass, key: "somebody" });
        expect(Object.keys(headers)).toEqual(["RateLimit-Policy"]);
      }
    },
  );
});
