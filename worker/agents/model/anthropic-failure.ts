import { APIConnectionError, APIConnectionTimeoutError, APIError } from "@anthropic-ai/sdk";
import { messageOf, unreachable } from "../../errors.ts";
import { IdleError } from "./idle-timeout.ts";
import { saysOverflow } from "./overflow.ts";
import type { FailureKind, ModelFailure } from "./port.ts";
import { type ServerWords, wordsOf } from "./server-words.ts";
import type { StreamEvent } from "./stream-events.ts";

/** A failure with details for the operator alone: the server's own message may contain paths, keys or addresses. */
export type ServerFailure = ModelFailure & { serverMessage?: string; status?: number | undefined };

/** The maximum number of attempts at a silent server: a person would wait half an hour for five timeouts. */
const attemptsAtSilence = 2;

/**
 * Converts an error of the SDK or the network to a failure: by the response's status, or by the error's type when it
 * has none.
 */
export function failureOf(error: unknown): ServerFailure {
  if (causedBy(error, IdleError)) return { ...silence, serverMessage: messageOf(error) };
  if (error instanceof APIConnectionTimeoutError) return { ...silence, serverMessage: messageOf(error) };
  if (error instanceof APIConnectionError) {
    const serverMessage = messageOf(error.cause ?? error);
    return { kind: "unavailable", detail: "Can't reach the model's server.", serverMessage };
  }
  if (!(error instanceof APIError)) {
    // An error while reading the stream: a lost connection, or bytes that are not events.
    return { kind: "cut", detail: detailOf("cut"), serverMessage: messageOf(error) };
  }
  const words = wordsOf(error.error ?? error.message, error.status);
  return failureFrom({ ...words, serverMessage: words.serverMessage || messageOf(error) }, error.headers);
}

/** Converts an `error` event of a stream, or an error body in a response with a success status, to a failure. */
export const failureInStream = (data: Record<string, unknown>): ServerFailure => failureFrom(wordsOf(data), undefined);

const foreign = {
  web_page: "serves a web page",
  other_api: "serves another API",
  not_json: "returns data that is not JSON",
};

/** Builds the failure for a body that is not from the Messages API. A retry would return the same. */
export const foreignFailure = ({ what, text }: Extract<StreamEvent, { kind: "foreign" }>): ServerFailure => ({
  kind: "not_understood",
  detail: `ANTHROPIC_BASE_URL ${foreign[what]} instead of the Messages API.`,
  serverMessage: text,
});

const silence: ModelFailure = {
  kind: "cut",
  detail: "The model's server stopped responding.",
  maxAttempts: attemptsAtSilence,
};

function failureFrom(words: ServerWords, headers: Headers | undefined): ServerFailure {
  const kind = kindOf(words);
  const retryAfterMs = retryAfter(headers);
  const { serverMessage, status } = words;
  const redirects = status !== undefined && status < 400;
  const detail = redirects ? redirected : status === 404 && kind === "not_understood" ? noApiThere : detailOf(kind);
  const location = headers?.get("location") ?? null;
  const message = location === null ? serverMessage : `${serverMessage} Location: ${location}`;
  return { kind, detail, serverMessage: message, status, ...(retryAfterMs === null ? {} : { retryAfterMs }) };
}

const noApiThere = "There is no Messages API at ANTHROPIC_BASE_URL. Set it to the part before /v1/messages.";
const redirected =
  "ANTHROPIC_BASE_URL redirects elsewhere. Set it to the URL it redirects to; we send the key to no other URL.";

const webPage = /<(!doctype|html|head|body)\b/i;
const namesModel = /\bmodel\b|no endpoints found/i;
/** "Not found" alone may refer to a route; only a message that names the model counts as an unknown model. */
const unknownModel =
  /\bmodel\b[^.]*(not (be )?(found|exist|available|supported)|does(n't| not) exist|unknown|invalid)|(unknown|invalid|no such|not a valid|unsupported) model|model identifier is invalid/i;
const noMoney = /credit balance|billing|insufficient (credits?|funds|quota|balance)|exceeded your current quota/i;

/** Statuses that decide the kind by themselves, whatever the body's type. */
const byStatus: Record<number, FailureKind> = {
  401: "auth",
  402: "auth",
  403: "auth",
  405: "not_understood",
  407: "auth",
  408: "unavailable",
  409: "unavailable",
  413: "context_overflow",
  425: "unavailable",
  501: "not_understood",
};

function kindOf(words: ServerWords): FailureKind {
  const { status, serverMessage } = words;
  if (status === undefined) return byType(words);
  if (status < 400) return "not_understood";
  const known = byStatus[status];
  if (known !== undefined) return known;
  if (status === 404)
    return namesModel.test(serverMessage) && !webPage.test(serverMessage) ? "unknown_model" : "not_understood";
  if (status === 429) return noMoney.test(serverMessage) ? "auth" : "rate_limited";
  if (status < 500) return refusalOf(words);
  if (isOverflow(words)) return "context_overflow";
  if (status === 529 || status === 503 || words.type === "overloaded_error") return "overloaded";
  return words.type === "rate_limit_error" ? "rate_limited" : "unavailable";
}

const isOverflow = ({ type, serverMessage }: ServerWords): boolean => saysOverflow(`${type ?? ""} ${serverMessage}`);

function refusalOf(words: ServerWords): FailureKind {
  const { serverMessage } = words;
  if (isOverflow(words)) return "context_overflow";
  if (noMoney.test(serverMessage)) return "auth";
  return unknownModel.test(serverMessage) ? "unknown_model" : "invalid";
}

/** Classifies an error inside a stream, which has no status, by its type. */
function byType(words: ServerWords): FailureKind {
  switch (words.type) {
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
    case "request_too_large":
      return "context_overflow";
    case "timeout_error":
    case "api_error":
      return isOverflow(words) ? "context_overflow" : "unavailable";
    case "invalid_request_error":
      return refusalOf(words);
    default:
      // An error without a known type is worth a retry.
      return isOverflow(words) ? "context_overflow" : "cut";
  }
}

/**
 * Returns a sentence for the run's owner, who does not see the server's own message, because it may contain anything.
 */
function detailOf(kind: FailureKind): string {
  switch (kind) {
    case "overloaded":
      return "The model is overloaded. Try again later.";
    case "rate_limited":
      return "The model's rate limit is used up. Try again later.";
    case "unavailable":
      return "The model's server failed.";
    case "auth":
      return "The model's server rejected our credentials.";
    case "unknown_model":
      return "The model's server does not know the configured model.";
    case "context_overflow":
      return "The request is too long for the model.";
    case "invalid":
      return "The model's server rejected the request. See the server's log for details.";
    case "not_understood":
      return "ANTHROPIC_BASE_URL doesn't point to a server of the Messages API.";
    case "cut":
      return "The model's response was cut off.";
    case "empty":
      return "The model returned an empty response.";
    case "cancelled":
      return "The run was cancelled.";
    default:
      return unreachable(kind);
  }
}

/**
 * Parses Retry-After (RFC 9110 §10.2.3: seconds or a date), or `retry-after-ms`.
 * @returns milliseconds, or null
 */
function retryAfter(headers: Headers | undefined): number | null {
  const precise = Number(headers?.get("retry-after-ms") ?? Number.NaN);
  if (Number.isFinite(precise) && precise > 0) return precise;
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
