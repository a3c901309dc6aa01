import { plural } from "../ui/format.ts";
import type { ProblemFields } from "./parse-problem.ts";

/** What the headers of a refusal say: which limit it was, and after how many seconds to ask again. */
export type RateLimitInfo = { limit: string | null; waitSeconds: number | null };

/** Reads `RateLimit-Policy` and `Retry-After`. */
export function parseRateLimit(headers: Headers): RateLimitInfo {
  const [, limit = null] = /^"([^"]+)"/.exec(headers.get("ratelimit-policy") ?? "") ?? [];
  const waitSeconds = Number.parseInt(headers.get("retry-after") ?? "", 10);
  return { limit, waitSeconds: Number.isNaN(waitSeconds) ? null : waitSeconds };
}

/** A wait as one would say it: seconds up to a minute and a half, minutes up to an hour and a half, then hours. */
function formatWait(seconds: number): string {
  if (seconds <= 90) return plural(Math.max(1, seconds), "second");
  return seconds <= 90 * 60 ? plural(Math.ceil(seconds / 60), "minute") : plural(Math.ceil(seconds / 3_600), "hour");
}

const rateLimitMessages: Record<string, string> = {
  runs: "That was too many prompts in a short time.",
  "sign-in": "There were too many attempts to sign in or to sign up.",
  "sign-in-network": "There were too many attempts to sign in or to sign up.",
  "sign-in-account": "There were too many failed attempts to sign in to this account.",
  "sign-in-source": "There were too many failed attempts to sign in to this account.",
  "password-reset": "A link was asked for too often.",
  "password-reset-address": "Links were asked for too often.",
  "verification-mail": "The link was asked for too often.",
  "password-change": "The current password was wrong too often.",
};

function rateLimitMessage({ limit, waitSeconds }: RateLimitInfo): string {
  const what = rateLimitMessages[limit ?? ""] ?? "That was too much in a short time.";
  return `${what} Try again in ${waitSeconds === null ? "a while" : formatWait(waitSeconds)}.`;
}

/** What the library for accounts calls its refusals, in our words. */
const accountMessages: Record<string, string> = {
  invalid_email_or_password: "No account has this email and this password.",
  user_already_exists_use_another_email: "There is an account with this email already.",
  user_already_exists: "There is an account with this email already.",
  invalid_email: "This is not an email address.",
  invalid_password: "This is not your current password.",
  provider_not_found: "Edgesmith does not offer this way to sign in.",
};

const budgetReset = ({ waitSeconds }: RateLimitInfo): string =>
  waitSeconds === null ? "at midnight UTC" : `in ${formatWait(waitSeconds)}`;

/** A problem answer in words for the person at the page: the server's own are written for programs as well. */
export function problemMessage(status: number, body: ProblemFields, refusal: RateLimitInfo): string {
  const reason = body.reason === undefined ? undefined : accountMessages[body.reason];
  if (reason !== undefined) return reason;
  if (body.code === "rate_limited") return rateLimitMessage(refusal);
  if (body.code === "budget_exceeded") return `Today's budget is used up. It begins anew ${budgetReset(refusal)}.`;
  if (body.code === "unauthenticated") return "You were signed out. Sign in again to go on.";
  const [field] = body.errors ?? [];
  return field?.detail ?? body.detail ?? body.title ?? `The server answered ${status}.`;
}
