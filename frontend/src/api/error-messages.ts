import { plural } from "../ui/format.ts";
import type { ProblemFields } from "./parse-problem.ts";

/** The fields of a rate-limit refusal's headers: the limit's name, its requests per minute, and the wait in seconds. */
export type RateLimitInfo = { limit: string | null; perMinute?: number | null; waitSeconds: number | null };

/** Parses `RateLimit-Policy` (`"runs";q=3;w=60`) and `Retry-After`. */
export function parseRateLimit(headers: Headers): RateLimitInfo {
  const policy = headers.get("ratelimit-policy") ?? "";
  const [, limit = null] = /^"([^"]+)"/.exec(policy) ?? [];
  const [, quota] = /;q=(\d+);w=60\b/.exec(policy) ?? [];
  const waitSeconds = Number.parseInt(headers.get("retry-after") ?? "", 10);
  return {
    limit,
    perMinute: quota === undefined ? null : Number(quota),
    waitSeconds: Number.isNaN(waitSeconds) ? null : waitSeconds,
  };
}

/** Formats a wait: in seconds up to 90 seconds, in minutes up to 90 minutes, and in hours beyond. */
function formatWait(seconds: number): string {
  if (seconds <= 90) return plural(Math.max(1, seconds), "second");
  return seconds <= 90 * 60 ? plural(Math.ceil(seconds / 60), "minute") : plural(Math.ceil(seconds / 3_600), "hour");
}

const rateLimitMessages: Record<string, string> = {
  runs: "You've sent too many prompts.",
  "sign-in": "Too many sign-in attempts.",
  "sign-in-network": "Too many sign-in attempts.",
  "sign-in-account": "Too many failed sign-in attempts for this account.",
  "sign-in-source": "Too many failed sign-in attempts for this account.",
  "password-reset": "Too many reset links requested.",
  "password-reset-address": "Too many reset links requested.",
  "verification-mail": "Too many verification emails requested.",
  "password-change": "Too many wrong passwords.",
};

function rateLimitMessage({ limit, perMinute, waitSeconds }: RateLimitInfo): string {
  const what =
    limit === "runs" && perMinute
      ? `You've hit the limit of ${plural(perMinute, "prompt")} a minute.`
      : (rateLimitMessages[limit ?? ""] ?? "Too many requests.");
  return `${what} Try again in ${waitSeconds === null ? "a while" : formatWait(waitSeconds)}.`;
}

/** Messages for the error codes of the account library. */
const accountMessages: Record<string, string> = {
  invalid_email_or_password: "Wrong email or password.",
  user_already_exists_use_another_email: "An account with this email already exists.",
  user_already_exists: "An account with this email already exists.",
  invalid_email: "Enter a valid email address.",
  invalid_password: "That's not your current password.",
  invalid_code: "That code is wrong or has expired. Enter the one your app shows now.",
  invalid_backup_code: "That backup code is wrong or was used before.",
  too_many_attempts_request_new_code: "Too many wrong codes. Sign in again.",
  account_temporarily_locked: "Too many wrong codes. Try again in 15 minutes.",
  invalid_two_factor_cookie: "Your sign-in took too long. Enter your password again.",
  provider_not_found: "This sign-in method isn't available.",
};

const budgetReset = ({ waitSeconds }: RateLimitInfo): string =>
  waitSeconds === null ? "at midnight UTC" : `in ${formatWait(waitSeconds)}`;

/** Returns the user-facing message of a problem response. The server writes its own `detail` for programs as well. */
export function problemMessage(status: number, body: ProblemFields, refusal: RateLimitInfo): string {
  const reason = body.reason === undefined ? undefined : accountMessages[body.reason];
  if (reason !== undefined) return reason;
  if (body.code === "rate_limited") return rateLimitMessage(refusal);
  if (body.code === "budget_exceeded") return `You've used today's budget. It resets ${budgetReset(refusal)}.`;
  if (body.code === "unauthenticated") return "You've been signed out. Sign in to continue.";
  const [field] = body.errors ?? [];
  return field?.detail ?? body.detail ?? body.title ?? `The server answered ${status}.`;
}
