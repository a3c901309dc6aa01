import Anthropic from "@anthropic-ai/sdk";
import { describe, expect, it } from "vitest";
import { pause } from "../../../worker/agents/loop/wait.ts";
import { failureOf } from "../../../worker/agents/model/anthropic-failure.ts";

const answered = (status: number, type: string | null, message = "Some reason", headers = {}) =>
  failureOf(
    Anthropic.APIError.generate(
      status,
      type === null ? { message } : { type: "error", error: { type, message } },
      message,
      new Headers(headers),
    ),
  );

describe("a failure of the model's server", () => {
  it.each([
    [529, "overloaded_error", "overloaded"],
    [429, "rate_limit_error", "rate_limited"],
    [401, "authentication_error", "auth"],
    [403, "permission_error", "auth"],
    [404, "not_found_error", "unknown_model"],
    [500, "api_error", "unavailable"],
    [400, "invalid_request_error", "invalid"],
    [413, "request_too_large", "context_overflow"],
    [503, null, "overloaded"],
    [429, null, "rate_limited"],
    [402, null, "auth"],
    [404, null, "unknown_model"],
    [502, null, "unavailable"],
    [422, null, "invalid"],
  ])("is known by its type, or else by its status: %i %s → %s", (status, type, kind) => {
    expect(answered(status, type).kind).toBe(kind);
  });

  it("is an overflow where the words say so, whichever server says them", () => {
    for (const words of [
      "prompt is too long: 210000 tokens > 200000 maximum",
      "the request exceeds the available context size",
    ]) {
      expect(answered(400, "invalid_request_error", words).kind).toBe("context_overflow");
      expect(answered(500, "api_error", words).kind).toBe("context_overflow");
    }
  });

  it("says how long to wait, in seconds or as a date", () => {
    expect(answered(429, "rate_limit_error", "", { "retry-after": "3" }).retryAfterMs).toBe(3_000);
    const date = new Date(Date.now() + 60_000).toUTCString();
    expect(answered(429, "rate_limit_error", "", { "retry-after": date }).retryAfterMs).toBeGreaterThan(50_000);
    expect(answered(429, "rate_limit_error", "", { "retry-after": "soon" })).not.toHaveProperty("retryAfterMs");
  });

  it("does not repeat what a server says of a key", () => {
    expect(answered(401, "authentication_error", "invalid x-api-key sk-ant-canary").detail).not.toContain("canary");
  });

  it("is a broken answer where nothing else is known", () => {
    expect(failureOf(new TypeError("terminated"))).toMatchObject({ kind: "cut" });
    expect(failureOf("odd")).toMatchObject({ kind: "cut" });
  });
});

describe("a pause", () => {
  it("ends in time, or at once when the run is cancelled", async () => {
    await pause(5, new AbortController().signal);
    await pause(60_000, AbortSignal.abort());
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 5);
    await pause(60_000, stop.signal);
  });
});
