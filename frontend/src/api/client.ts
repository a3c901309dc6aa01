import createClient from "openapi-fetch";
import type { ApiPaths, Page } from "../../../worker/contract/index.ts";
import { markOnline, markUnreachable } from "./connectivity.ts";
import { parseRateLimit, problemMessage, type RateLimitInfo } from "./error-messages.ts";
import { type ProblemFields, parseProblem } from "./parse-problem.ts";

/**
 * A problem response (RFC 9457) as an error. Its message is user-facing; `body` has the fields specific to its code.
 */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly body: ProblemFields;

  constructor(status: number, body: ProblemFields, rateLimit: RateLimitInfo = { limit: null, waitSeconds: null }) {
    super(problemMessage(status, body, rateLimit));
    this.name = "ApiError";
    this.status = status;
    this.code = body.code ?? "unknown";
    this.body = body;
  }
}

export const isApiError = (error: unknown, code?: string): error is ApiError =>
  error instanceof ApiError && (code === undefined || error.code === code);

/** Whether the server refused the request (4xx), as opposed to failing or not responding. */
export const isRefusal = (error: unknown): boolean => isApiError(error) && error.status >= 400 && error.status < 500;

/** Returns the user-facing message of a failure. */
export function errorMessage(error: unknown): string {
  if (error instanceof ApiError || error instanceof Error) return error.message;
  return "Something went wrong.";
}

const unreachable = () =>
  new ApiError(0, { code: "unreachable", detail: "Can't reach the server. Check your connection and try again." });

const retryDelayMs = 600;

/**
 * Sends a request, and retries once when no response arrives: a write carries an idempotency key, so a retry is safe.
 * @throws ApiError with status 0 when both attempts fail
 */
export async function send(url: string, init: RequestInit): Promise<Response> {
  const response = await fetch(url, init).catch(async () => {
    await new Promise((resolve) => setTimeout(resolve, retryDelayMs));
    return fetch(url, init).catch(() => {
      markUnreachable();
      throw unreachable();
    });
  });
  markOnline();
  return response;
}

/**
 * Converts an error response to an ApiError.
 * @param body the response's parsed JSON, or its text when it is not JSON
 */
export function errorOf(response: Response, body: unknown): ApiError {
  const { status, statusText, headers } = response;
  if (!(headers.get("content-type") ?? "").includes("json")) {
    const detail = status >= 500 ? "The server isn't ready. Try again in a moment." : statusText;
    return new ApiError(status, { code: "unexpected_answer", detail });
  }
  return new ApiError(status, parseProblem(body), parseRateLimit(headers));
}

/** Fills in a path's parameters. Keeps slashes only in a file's path. */
const fillPath = (template: string, params: Record<string, unknown>): string =>
  template.replace(/\{(\w+)\}/g, (_match, name: string) => {
    const value = encodeURIComponent(String(params[name]));
    return name === "path" ? value.replaceAll("%2F", "/") : value;
  });

/**
 * Reads the body of a request, which can be sent only once, so that a retry can send it again. Firefox has no
 * `request.body`.
 */
async function bodyOf(request: Request): Promise<string | Blob | null> {
  if (request.headers.get("content-type") === "application/json") return request.text();
  const blob = await request.blob();
  return blob.size === 0 ? null : blob;
}

/**
 * The API on the page's own origin, authenticated by the session's cookie. The contract types its paths, parameters and
 * responses.
 */
export const api = createClient<ApiPaths>({
  headers: { accept: "application/json" },
  pathSerializer: fillPath,
  fetch: async (request) => {
    const { url, method, headers } = request;
    if (method === "POST") headers.set("idempotency-key", crypto.randomUUID());
    return send(url, { method, headers, body: await bodyOf(request) });
  },
});

type Result<T> = { data: T; error?: never; response: Response } | { data?: never; error: unknown; response: Response };

/**
 * Awaits a call of `api` and returns its data.
 * @throws ApiError for a problem response, or with status 0 when no response arrived
 */
export async function read<T>(call: Promise<Result<T>>): Promise<T> {
  const result = await call;
  if ("error" in result) throw errorOf(result.response, result.error);
  return result.data;
}

/** Returns the query parameter that continues a list at a cursor; no parameter for the first page. */
export const at = (cursor: string | null): { cursor?: string } => (cursor === null ? {} : { cursor });

/** The parameters of a list for TanStack's infinite query. */
export const pages = {
  initialPageParam: null as string | null,
  getNextPageParam: <T>(last: Page<T>): string | null => last.pagination.nextCursor,
};

export const enc = encodeURIComponent;
