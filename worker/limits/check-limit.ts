import { Buffer } from "node:buffer";
import type { PlanName } from "../config/index.ts";
import { AppError } from "../errors.ts";
import type { Consumed, Limiter, Policy } from "./limiter.ts";
import { failsClosed, isKeyedByHash, type LimitClass, policyOf } from "./policies.ts";
import { headersOf } from "./rate-limit-headers.ts";

export type LimitQuestion = {
  /** Null when limits are off (`limiterOf`). */
  limiter: Limiter | null;
  class: LimitClass;
  /** The counted key: an account's id or an address. */
  key: string;
  /** The plan whose limits apply; `free` for an unverified caller. */
  plan?: PlanName;
};

/** The headers of the response, allowed or not. */
export type LimitHeaders = Record<string, string>;

/**
 * Counts a request.
 * @returns the RateLimit headers of the response
 * @throws AppError `rate_limited` with `retryAfter`, whose headers `limitHeadersOf` returns; `dependency_down` when the
 *   store is down and the class fails closed (runs, sign-in). Other classes fail open.
 */
export const checkLimit = async (question: LimitQuestion): Promise<LimitHeaders> => (await consume(question)).headers;

/**
 * Counts a request as `checkLimit` does.
 * @returns how many more are allowed in this window
 */
export const remainingAfter = async (question: LimitQuestion): Promise<number> => (await consume(question)).left;

async function consume(question: LimitQuestion): Promise<{ headers: LimitHeaders; left: number }> {
  const { limiter, plan = "free" } = question;
  const policy = policyOf(question.class, plan);
  if (!limiter || limiter.isOff?.(policy)) return { headers: {}, left: Number.POSITIVE_INFINITY };
  const consumed = await limiter.consume(policy, await keyOf(question.class, question.key));
  if (consumed.degraded && failsClosed(question.class)) {
    throw new AppError("dependency_down", "Rate limiter unavailable. Try again in a few seconds.", {
      retryAfter: 5,
    });
  }
  const headers = headersOf(policy, consumed);
  if (!consumed.ok) throw rateLimitError(policy, consumed, headers);
  return { headers, left: consumed.remaining };
}

/** Refunds a request that `checkLimit` counted for a key and that did not lead to the limited operation. */
export async function refund({ limiter, class: limitClass, key, plan = "free" }: LimitQuestion): Promise<void> {
  const policy = policyOf(limitClass, plan);
  if (!limiter?.isOff?.(policy)) await limiter?.refund(policy, await keyOf(limitClass, key));
}

const refusals = new WeakMap<AppError, LimitHeaders>();

/** @returns the RateLimit headers of an error that `checkLimit` threw, `Retry-After` included */
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

/** Hashes the key of classes that count by email address, so that the address does not leave this module. */
async function keyOf(limitClass: LimitClass, key: string): Promise<string> {
  if (!isKeyedByHash(limitClass)) return key;
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(key.trim().toLowerCase()));
  return Buffer.from(digest).toString("base64url");
}
