import { unreachable } from "../../errors.ts";
import type { ModelFailure } from "../model/port.ts";

const maxAttempts = 5;
const firstPauseMs = 500;
/**
 * The first pause after a rate limit without `retry-after`: a limit per minute does not end after half a second, and
 * early retries count against it.
 */
const firstPauseAtLimitMs = 5_000;
const maxPauseMs = 30_000;
/** A longer `retry-after` ends the run, because a person is waiting and can retry themselves. */
const maxRetryAfterMs = 120_000;
const attemptsAtEmpty = 2;

/**
 * Returns how many milliseconds to wait before another attempt; null when another attempt cannot help.
 * @param attempt from 1
 */
export function backoffAfter({ kind, retryAfterMs, maxAttempts: max = maxAttempts }: ModelFailure, attempt: number) {
  switch (kind) {
    case "rate_limited":
    case "overloaded":
    case "unavailable":
    case "cut": {
      if (attempt >= max || (retryAfterMs ?? 0) > maxRetryAfterMs) return null;
      const first = kind === "rate_limited" && retryAfterMs === undefined ? firstPauseAtLimitMs : firstPauseMs;
      return Math.max(retryAfterMs ?? 0, Math.min(maxPauseMs, first * 2 ** (attempt - 1)));
    }
    case "empty":
      return attempt < attemptsAtEmpty ? 0 : null;
    case "context_overflow":
    case "invalid":
    case "auth":
    case "unknown_model":
    case "not_understood":
    case "cancelled":
      return null;
    default:
      return unreachable(kind);
  }
}
