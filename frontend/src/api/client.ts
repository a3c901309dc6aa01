import type { Page, Problem } from "../../../worker/contract/index.ts";
import { markOnline, markUnreachable } from "./connectivity.ts";
import { parseRateLimit, problemMessage, type RateLimitInfo } from "./error-messages.ts";

/** A problem answer (RFC 9457) as an error. Its message is written for the person; `body` has the code's own fields. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly body: Partial<Problem>;

  constructor(status: number, body: Partial<Problem>, refusal: RateLimitInfo = { limit: null, waitSeconds: null }) {
    super(problemMessage(status, body, refusal));
    this.name = "ApiError";
    this.status = status;
    this.code = body.code ?? "unknown";
    this.body = body;
  }
}

export const isApiError = (error: unknown, code?: string): error is ApiError =>
  error instanceof ApiError && (code === undefined || error.code === code);

/** What to tell the person of a failure, in words. */
export function errorMessage(error: unknown): string {
  if (error instanceof ApiError || error instanceof Error) return error.message;
  return "Something went wrong.";
}

type Options = {
  /** Sent as JSON. */
  body?: unknown;
  /** Sent as it is, under its own type. */
  blob?: Blob;
  query?: Record<string, string | number | null | undefined>;
  headers?: Record<string, string>;
};

function addressOf(path: string, query: Options["query"] = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null) search.set(name, String(value));
  }
  return search.size === 0 ? path : `${path}?${search}`;
}

const unreachable = () =>
  new ApiError(0, { code: "unreachable", detail: "The server cannot be reached. Check the connection and try again." });

/** One retry of what never got an answer: a write carries an idempotency key, so sending it again changes nothing. */
async function send(address: string, init: RequestInit): Promise<Response> {
  const response = await fetch(address, init).catch(async () => {
    await new Promise((resolve) => setTimeout(resolve, 600));
    return fetch(address, init).catch(() => {
      markUnreachable();
      throw unreachable();
    });
  });
  markOnline();
  return response;
}

async function problemOf(response: Response): Promise<ApiError> {
  const type = response.headers.get("content-type") ?? "";
  if (!type.includes("json")) {
    const detail = response.status >= 500 ? "The server is not ready. Try again in a moment." : response.statusText;
    return new ApiError(response.status, { code: "unexpected_answer", detail });
  }
  const body: Partial<Problem> & { message?: string } = await response.json();
  const detail = body.detail ?? body.message;
  return new ApiError(
    response.status,
    detail === undefined ? body : { ...body, detail },
    parseRateLimit(response.headers),
  );
}

/**
 * Calls the API on the page's own origin, with its session cookie, and gives the parsed answer.
 * @throws ApiError for a problem answer, or with status 0 where no answer came.
 */
export async function request<T>(method: string, path: string, options: Options = {}): Promise<T> {
  const headers: Record<string, string> = { accept: "application/json", ...options.headers };
  if (options.body !== undefined) headers["content-type"] = "application/json";
  if (method === "POST" && !path.startsWith("/v1/auth/")) headers["idempotency-key"] = crypto.randomUUID();
  const init: RequestInit = { method, headers, credentials: "same-origin" };
  if (options.body !== undefined) init.body = JSON.stringify(options.body);
  if (options.blob !== undefined) init.body = options.blob;
  const response = await send(addressOf(path, options.query), init);
  if (!response.ok) throw await problemOf(response);
  const text = await response.text();
  return JSON.parse(text === "" ? "null" : text);
}

export const get = <T>(path: string, query?: Options["query"]): Promise<T> =>
  request<T>("GET", path, query === undefined ? {} : { query });

export const post = <T>(path: string, body: unknown = {}): Promise<T> => request<T>("POST", path, { body });

/** The parameters of a list for TanStack's infinite query. */
export const pages = {
  initialPageParam: null as string | null,
  getNextPageParam: <T>(last: Page<T>): string | null => last.pagination.nextCursor,
};

export const enc = encodeURIComponent;
