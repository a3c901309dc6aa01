import Anthropic from "@anthropic-ai/sdk";
import { describe, expect, it } from "vitest";
import { sleep } from "../../../worker/agents/loop/abortable.ts";
import { backoffAfter } from "../../../worker/agents/loop/retry-backoff.ts";
import { failureOf } from "../../../worker/agents/model/anthropic-failure.ts";
import type { FailureKind } from "../../../worker/agents/model/port.ts";

const failed = (status: number, body: object | undefined, text = "Some reason", headers = {}) =>
  failureOf(Anthropic.APIError.generate(status, body, text, new Headers(headers)));

const answered = (status: number, type: string | null, message = "Some reason", headers = {}) =>
  failed(status, type === null ? { message } : { type: "error", error: { type, message } }, message, headers);

describe("a failure of the model's server", () => {
  it.each<[number, string | null, FailureKind]>([
    [529, "overloaded_error", "overloaded"],
    [500, "overloaded_error", "overloaded"],
    [429, "rate_limit_error", "rate_limited"],
    [401, "authentication_error", "auth"],
    [403, "permission_error", "auth"],
    [500, "api_error", "unavailable"],
    [400, "invalid_request_error", "invalid"],
    [413, "request_too_large", "context_overflow"],
    [503, null, "overloaded"],
    [429, null, "rate_limited"],
    [402, null, "auth"],
    [502, null, "unavailable"],
    [422, null, "invalid"],
    [405, null, "not_understood"],
    [308, null, "not_understood"],
  ])(
    "a model failure is classified by its status, and by its type when that says more: %i %s → %s",
    (status, type, kind) => {
      expect(answered(status, type).kind).toBe(kind);
    },
  );

  it.each<[number, FailureKind]>([
    [400, "invalid"],
    [401, "auth"],
    [402, "auth"],
    [403, "auth"],
    [404, "not_understood"],
    [408, "unavailable"],
    [429, "rate_limited"],
    [500, "unavailable"],
    [503, "overloaded"],
  ])("a model failure of type api_error is classified by its status: %i → %s", (status, kind) => {
    expect(answered(status, "api_error").kind).toBe(kind);
    expect(failed(status, { error: "Some reason" }).kind).toBe(kind);
    expect(failed(status, { error: { message: "Some reason", type: "server_error", code: 500 } }).kind).toBe(kind);
  });

  it.each([
    "model: claude-sonnet-9",
    "model 'qwen3' not found, try pulling it first",
    "The model `qwen3` does not exist.",
    "No endpoints found for acme/llama.",
  ])("a 404 that names a model is an unknown_model: %s", (words) => {
    expect(answered(404, "not_found_error", words).kind).toBe("unknown_model");
  });

  it.each([
    ["Not Found", { detail: "Not Found" }],
    ["the API's own error", { type: "error", error: { type: "not_found_error", message: "Not Found" } }],
    ["a route", { message: "Route POST:/v1/v1/messages not found", error: "Not Found", statusCode: 404 }],
    ["nothing", {}],
    ["a page", undefined],
  ])("a 404 that names no model is a URL without the API: %s", (_what, body) => {
    const failure = failed(404, body, "<html><body>The model railway's page was not found</body></html>");
    expect(failure).toMatchObject({ kind: "not_understood", detail: expect.stringContaining("no Messages API") });
  });

  it.each([
    "acme/llama is not a valid model ID",
    "The provided model identifier is invalid.",
    "Invalid model name passed in model=gpt-9",
  ])("a 400 that says so is an unknown_model: %s", (words) => {
    expect(answered(400, "invalid_request_error", words).kind).toBe("unknown_model");
  });

  it.each([
    "prompt is too long: 210000 tokens > 200000 maximum",
    "input length and `max_tokens` exceed context limit: 188240 + 21333 > 200000, decrease input length or `max_tokens` and try again",
    "Input is too long for requested model.",
    "This model's maximum context length is 32768 tokens. However, you requested 40000 tokens",
    "The decoder prompt (length 40000) is longer than the maximum model length of 32768.",
    "The prompt (total length 40000) is too long to fit into the model (context length 32768).",
    "the request exceeds the available context size",
    "the request (9000 tokens) exceeds the available context size (8192 tokens), try increasing it",
    "Trying to keep the first 9000 tokens when context the overflows. However, the model is loaded with context length of only 4096 tokens",
    "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).",
    "input length exceeds the context length",
    "Please reduce the length of the messages.",
    "Range of input length should be [1, 30720]",
    "Your input exceeds the context window of this model.",
    "too many tokens",
    "prompt token count of 140000 exceeds the limit of 128000",
    "max_tokens must be at least 1, got -3500.",
    "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 32769. Given: 40000 `inputs` tokens and 512 `max_new_tokens`",
    "Invalid request: Your request exceeded model token limit: 8192",
    "Prompt exceeds max length",
  ])("a context_overflow is recognized by each server's message: %s", (words) => {
    expect(answered(400, "invalid_request_error", words).kind).toBe("context_overflow");
    expect(answered(400, "api_error", words).kind).toBe("context_overflow");
    expect(answered(500, "api_error", words).kind).toBe("context_overflow");
  });

  it.each([
    "max_tokens: 64000 > 8192, which is the maximum allowed number of output tokens for claude-3-5-sonnet",
    "messages: text content blocks must be non-empty",
    "messages.1: `tool_use` ids must be unique",
    "image exceeds 5 MB maximum",
    "tools.0.name: String should have at most 64 characters",
    "temperature: Input should be less than or equal to 1",
    "max_tokens must be at least 1, got 0.",
    "messages.1.content.0: tool name is too long",
  ])("a refusal for another reason is no context_overflow: %s", (words) => {
    expect(answered(400, "invalid_request_error", words).kind).toBe("invalid");
  });

  it("a 429 that mentions tokens is a rate limit, not an overflow", () => {
    expect(answered(429, null, "Too many tokens, please wait before trying again.").kind).toBe("rate_limited");
    expect(
      answered(429, null, "You exceeded your current quota, please check your plan and billing details.").kind,
    ).toBe("auth");
  });

  it("a model failure has the wait of Retry-After in seconds, in milliseconds or as a date", () => {
    expect(answered(429, "rate_limit_error", "", { "retry-after": "3" }).retryAfterMs).toBe(3_000);
    expect(answered(429, "rate_limit_error", "", { "retry-after-ms": "1500" }).retryAfterMs).toBe(1_500);
    const date = new Date(Date.now() + 60_000).toUTCString();
    expect(answered(429, "rate_limit_error", "", { "retry-after": date }).retryAfterMs).toBeGreaterThan(50_000);
    for (const none of ["soon", "0", new Date(0).toUTCString()])
      expect(answered(429, "rate_limit_error", "", { "retry-after": none })).not.toHaveProperty("retryAfterMs");
  });

  it.each([400, 401, 404, 413, 422, 429, 500, 503])(
    "a model failure shows the server's message to the operator alone: %i",
    (status) => {
      const words = "TypeError: canary at /srv/gateway/dist/index.js:12:3 with sk-ant-canary";
      const { serverMessage, ...shareable } = answered(status, "api_error", words);
      expect(JSON.stringify(shareable)).not.toMatch(/canary|srv/);
      expect(serverMessage).toBe(words);
    },
  );

  it("an error of unknown type is a broken answer", () => {
    expect(failureOf(new TypeError("terminated"))).toMatchObject({ kind: "cut" });
    expect(failureOf("odd")).toMatchObject({ kind: "cut" });
  });
});

describe("the backoff after a model failure", () => {
  const pauses = (failure: { kind: FailureKind; retryAfterMs?: number; maxAttempts?: number }) =>
    [1, 2, 3, 4, 5].map((attempt) => backoffAfter({ detail: "", ...failure }, attempt));

  it("the backoff grows, and is longer at a rate limit without Retry-After", () => {
    expect(pauses({ kind: "unavailable" })).toEqual([500, 1_000, 2_000, 4_000, null]);
    expect(pauses({ kind: "rate_limited" })).toEqual([5_000, 10_000, 20_000, 30_000, null]);
  });

  it("the backoff is the server's Retry-After, unless that is longer than a person waits", () => {
    expect(pauses({ kind: "rate_limited", retryAfterMs: 60_000 })[0]).toBe(60_000);
    expect(pauses({ kind: "rate_limited", retryAfterMs: 2_000 })[0]).toBe(2_000);
    expect(pauses({ kind: "overloaded", retryAfterMs: 3_600_000 })[0]).toBeNull();
  });

  it("backoffAfter returns null when a retry cannot help, and allows one retry after a silence or an empty answer", () => {
    for (const kind of ["invalid", "auth", "unknown_model", "not_understood"] as const)
      expect(pauses({ kind })[0]).toBeNull();
    expect(pauses({ kind: "cut", maxAttempts: 2 })).toEqual([500, null, null, null, null]);
    expect(pauses({ kind: "empty" })).toEqual([0, null, null, null, null]);
  });
});

describe("a pause", () => {
  it("Sleep resolves in time, or at once when the signal aborts", async () => {
    await sleep(5, new AbortController().signal);
    await sleep(60_000, AbortSignal.abort());
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 5);
    await sleep(60_000, stop.signal);
  });
});
