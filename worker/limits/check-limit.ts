import { Buffer } from "node:buffer";
import type { PlanName } from "../config/index.ts";
import { AppError } from "../errors.ts";
import type { Consumed, Limiter, Policy } from "./limiter.ts";
import { failsClosed, isKeyedByHash, type LimitClass, policyOf } from "./policies.ts";
import { headersOf } from "./rate-limit-headers.ts";

export type LimitQuestion = {
  /** Null where limits are off (`limiterOf`). */
  limiter: Limiter | null;
  class: LimitClass;
  /** Who is counted: an account's id, an address. */
  key: string;
  /** Whose figures hold; `free` for a caller who is not verified. */
  plan?: PlanName;
};

/** The headers to answer with, allowed or not. */
export type LimitHeaders = Record<string, string>;

/**
 * Counts a request, and gives the RateLimit headers for its answer.
 * @throws AppError `rate_limited`, with `retryAfter` and with the headers as `limitHeadersOf` finds them; `dependency_down`
 *   where the store is down and the class fails closed (runs, sign-in). Reads and other writes go on uncounted.
 */
export const checkLimit = async (question: LimitQuestion): Promise<LimitHeaders> => (await consume(question)).headers;

/** The same, for how many are left after this one. */
export const remainingAfter = async (question: LimitQuestion): Promise<number> => (await consume(question)).left;

async function consume(question: LimitQuestion): Promise<{ headers: LimitHeaders; left: number }> {
  const { limiter, plan = "free" } = question;
  if (!limiter) return { headers: {}, left: Number.POSITIVE_INFINITY };
  const policy = policyOf(question.class, plan);
  const taken = await limiter.consume(policy, await keyOf(question.class, question.key));
  if (taken.degraded && failsClosed(question.class)) {
    throw new AppError("dependency_down", "Rate limiter unavailable. Try again in a few seconds.", {
      retryAfter: 5,
    });
  }
  const headers = headersOf(policy, taken);
  if (!taken.ok) throw rateLimitError(policy, taken, headers);
  return { headers, left: taken.remaining };
}

/** Takes back what `checkLimit` counted for one key: it came to nothing that is limited. */
export async function refund({ limiter, class: limitClass, key, plan = "free" }: LimitQuestion): Promise<void> {
  await limiter?.refund(policyOf(limitClass, plan), await keyOf(limitClass, key));
}

const refusals = new WeakMap<AppError, LimitHeaders>();

/** The RateLimit headers of a refusal that `checkLimit` threw, `Retry-After` among them. */
export const limitHeadersOf = (error: AppError): LimitHeaders => refusals.get(error) ?? {};

function rateLimitError(
  { limit, windowSeconds, name }: Policy,
  { resetSeconds }: Consumed,
  headers: LimitHeaders,
): AppError {
  const per =
    windowSeconds === 60 ? "a minute" : windowSeconds === 3_600 ? "an hour" : `in ${windowSeconds / 60} minutes`;
  const detail = `The limit is ${limit} ${per} (${name}). Try again in ${resetSeconds} s.`;
  const error = new AppError("rate_limited", detail, { retryAfter: resetSeconds });
  refusals.set(error, { ...headers, "Retry-After": String(resetSeconds) });
  return error;
}

/** Sign-in counts by e-mail address: it leaves this module only as a hash. */
async function keyOf(limitClass: LimitClass, key: string): Promise<string> {
  if (!isKeyedByHash(limitClass)) return key;
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(key.trim().toLowerCase()));
  return Buffer.from(digest).toString("base64url");
}
