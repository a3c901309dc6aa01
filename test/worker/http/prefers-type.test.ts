import { Hono } from "hono";
import { describe, expect, it } from "vitest";
import type { AppEnv } from "../../../worker/http/environment.ts";
import { prefersType } from "../../../worker/http/middleware/prefers-type.ts";

const app = new Hono<AppEnv>().get("/", (c) => c.json(prefersType(c, "text/event-stream")));

const isPreferred = async (accept: string | undefined): Promise<unknown> =>
  (await app.request("/", accept === undefined ? {} : { headers: { Accept: accept } })).json();

describe("a choice between JSON and a stream", () => {
  it.each([
    "text/event-stream",
    "Text/Event-Stream; charset=utf-8",
    "text/event-stream, application/json",
    "application/json, text/event-stream",
    "application/json;q=0.2, text/event-stream;q=0.5",
    "text/event-stream, */*;q=0.8",
    "text/event-stream;q=0.1",
  ])("a client that sends Accept: %s gets the stream", async (accept) => {
    expect(await isPreferred(accept)).toBe(true);
  });

  it.each([
    undefined,
    "*/*",
    "text/*",
    "application/json",
    "text/event-stream-v2",
    "text/event-stream;q=0",
    "application/json, text/event-stream;q=0.5",
    "application/*, text/event-stream;q=0.5",
    "*/*, text/event-stream;q=0.5",
  ])("a client that sends Accept: %s gets JSON", async (accept) => {
    expect(await isPreferred(accept)).toBe(false);
  });
});
