import { APIConnectionError, APIError } from "@anthropic-ai/sdk";
import { messageOf, unreachable } from "../../errors.ts";
import { IdleError } from "./idle.ts";
import type { FailureKind, ModelFailure } from "./port.ts";

/** What went wrong between us and the model's server, by the error's type where it has one, by its status where not. */
export function failureOf(error: unknown): ModelFailure {
  if (causedBy(error, IdleError)) return { kind: "cut", detail: "The model's server fell silent." };
  if (error instanceof APIConnectionError) {
    return { kind: "unavailable", detail: "The model's server cannot be reached." };
  }
  if (!(error instanceof APIError)) {
    // What breaks while a stream is read: a lost connection, or bytes that are no events.
    return { kind: "cut", detail: "The model's answer broke off." };
  }
  const said = error.apiMessage ?? messageOf(error);
  const kind = kindOf(error.type, error.status, said);
  const retryAfterMs = retryAfter(error.headers);
  return { kind, detail: detailOf(kind, said), ...(retryAfterMs === null ? {} : { retryAfterMs }) };
}

const tooLong = /prompt is too long|context (window|length|size)|too many tokens|exceeds? the (available )?context/i;

function kindOf(type: string | null, status: number | undefined, said: string): FailureKind {
  switch (type) {
    case "overloaded_error":
      return "overloaded";
    case "rate_limit_error":
      return "rate_limited";
    case "authentication_error":
    case "permission_error":
    case "billing_error":
      return "auth";
    case "not_found_error":
      return "unknown_model";
    case "timeout_error":
    case "api_error":
      return tooLong.test(said) ? "context_overflow" : "unavailable";
    case "invalid_request_error":
      return tooLong.test(said) ? "context_overflow" : "invalid";
    default:
      return byStatus(status, said);
  }
}

function byStatus(status: number | undefined, said: string): FailureKind {
  if (tooLong.test(said) || status === 413) return "context_overflow";
  if (status === 529 || status === 503) return "overloaded";
  if (status === 429) return "rate_limited";
  if (status === 401 || status === 402 || status === 403) return "auth";
  if (status === 404) return "unknown_model";
  if (status === 408 || status === 409 || (status !== undefined && status >= 500)) return "unavailable";
  // An error inside a stream has no status; one that has no known type either is worth another attempt.
  return status === undefined ? "cut" : "invalid";
}

/** A sentence for the person. What the server says is quoted only where it helps, and never a key's trouble in detail. */
function detailOf(kind: FailureKind, said: string): string {
  switch (kind) {
    case "overloaded":
      return "The model is overloaded. Try again in a while.";
    case "rate_limited":
      return "The model's rate limit is used up. Try again in a while.";
    case "unavailable":
      return "The model's server has a fault.";
    case "auth":
      return "The model's server refused our credentials.";
    case "unknown_model":
      return "The model's server does not know the model that is set.";
    case "context_overflow":
    case "invalid":
      return `The model's server refused the request: ${said.slice(0, 300)}`;
    case "cut":
      return "The model's answer broke off.";
    case "cancelled":
      return "The run was cancelled.";
    default:
      return unreachable(kind);
  }
}

/** RFC 9110 Retry-After, in seconds or as a date. */
function retryAfter(headers: Headers | undefined): number | null {
  const value = headers?.get("retry-after");
  if (!value) return null;
  const seconds = Number(value);
  const ms = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(value) - Date.now();
  return Number.isFinite(ms) && ms > 0 ? ms : null;
}

function causedBy(error: unknown, kind: typeof IdleError): boolean {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    if (at instanceof kind) return true;
  }
  return false;
}
