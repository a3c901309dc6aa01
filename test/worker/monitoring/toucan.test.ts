import { describe, expect, it } from "vitest";
import { toucanReporter } from "../../../worker/monitoring/toucan.ts";

type Sent = { url: string; text: string; event: Record<string, unknown> };

/** Creates a reporter that collects its envelopes in a list. */
function listening(answer: () => Promise<Response> = async () => new Response("{}")) {
  const sent: Sent[] = [];
  const background: Promise<unknown>[] = [];
  const reporter = toucanReporter({
    dsn: "https://public@sentry.example.com/42",
    environment: "test",
    release: "edgesmith@0.1.0+0123456789ab",
    background: { waitUntil: (work) => void background.push(work) },
    fetcher: async (input, init) => {
      const text = typeof init?.body === "string" ? init.body : new TextDecoder().decode(init?.body as Uint8Array);
      sent.push({ url: String(input), text, event: JSON.parse(text.split("\n")[2] ?? "{}") });
      return answer();
    },
  });
  return { reporter, sent, background };
}

describe("the reporter over Toucan", () => {
  it("A report has the error's stack and causes, the context as tags, and the release", async () => {
    const { reporter, sent } = listening();
    const error = new TypeError("x is not a function", { cause: new RangeError("too far") });
    reporter.capture(error, { requestId: "req-12345678", route: "/v1/projects/{id}", code: "internal" });
    await reporter.flush();
    expect(sent).toHaveLength(1);
    expect(sent[0]?.url).toContain("https://sentry.example.com/api/42/envelope/");
    expect(sent[0]?.event).toMatchObject({
      environment: "test",
      release: "edgesmith@0.1.0+0123456789ab",
      tags: { requestId: "req-12345678", route: "/v1/projects/{id}", code: "internal" },
      exception: { values: [{ value: "too far" }, { type: "TypeError", value: "x is not a function" }] },
    });
  });

  it("A report with a fingerprint is grouped by it, whatever its text", async () => {
    const { reporter, sent } = listening();
    reporter.capture(new Error("Alert memory: 0.9"), { alert: "memory" }, ["alert", "memory"]);
    await reporter.flush();
    expect(sent[0]?.event).toMatchObject({ fingerprint: ["alert", "memory"], tags: { alert: "memory" } });
  });

  it("A report has no secret and no data of the request", async () => {
    const { reporter, sent } = listening();
    reporter.breadcrumb("connecting to postgresql://ada:hunter2@db.example.com/app");
    const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
    const context = { ownerId: "usr_1", traceId, spanId: "00f067aa0ba902b7" };
    reporter.capture(new Error("refused esk_abcdefghijklmnopqrstuvwxyz0123456789"), context);
    await reporter.flush();
    expect(sent[0]?.text).not.toMatch(/hunter2|abcdefghijkl|"request"|cookie|"extra"/);
    // The account's id is all that is known of the user, and the trace is the request's.
    expect(sent[0]?.event).toMatchObject({ tags: { traceId } });
    expect(sent[0]?.event.user).toEqual({ id: "usr_1" });
    expect(sent[0]?.event.contexts).toEqual({ trace: { trace_id: traceId, span_id: "00f067aa0ba902b7" } });
  });

  it("A report has no context of an earlier error", async () => {
    const { reporter, sent } = listening();
    reporter.capture(new Error("first"), { code: "internal" });
    reporter.capture(new Error("second"));
    await reporter.flush();
    expect(sent[1]?.event.tags ?? {}).toEqual({});
  });

  it("A report is sent after the response, and does not fail when Sentry is down", async () => {
    const { reporter, sent, background } = listening(async () => {
      throw new TypeError("connect ECONNREFUSED");
    });
    reporter.capture(new Error("lost"));
    await reporter.flush();
    expect(sent).toHaveLength(1);
    await expect(Promise.all(background)).resolves.toBeDefined();
  });
});
