import { describe, expect, it } from "vitest";
import type { RequestTrace } from "../../../worker/contract/index.ts";
import { newAccount, newAdmin, newProject, nobody } from "../stage/client.ts";

const newTraceId = () => crypto.randomUUID().replaceAll("-", "");
const caller = "00f067aa0ba902b7";

/** A request's own ids, with the headers that carry them. */
function traced(traceId = newTraceId()) {
  const requestId = crypto.randomUUID();
  const headers = { "X-Request-Id": requestId, traceparent: `00-${traceId}-${caller}-01` };
  return { requestId, traceId, headers };
}

async function traceOf(requestId: string): Promise<RequestTrace> {
  return (await newAdmin()).expect<RequestTrace>(200, `/v1/admin/traces/${requestId}`);
}

describe("the trace of a request", () => {
  it("A request continues its caller's trace, and its calls of the database are its children", async () => {
    const ada = await newAccount();
    const { requestId, traceId, headers } = traced();
    const answer = await ada.request("/v1/projects?limit=1", { headers });
    expect(answer.headers.get("X-Trace-Id")).toBe(traceId);
    const { spans } = await traceOf(requestId);
    const root = spans.find(({ kind }) => kind === "request");
    expect(root).toMatchObject({ traceId, requestId, parentSpanId: caller, name: "GET /v1/projects", ok: true });
    const calls = spans.filter(({ kind }) => kind === "db");
    expect(calls.map(({ name }) => name)).toContain("select project");
    expect(new Set(calls.map(({ parentSpanId }) => parentSpanId))).toEqual(new Set([root?.spanId]));
  });

  it("An invalid traceparent begins a new trace", async () => {
    const traceId = newTraceId();
    const answer = await nobody.request("/v1/agents", {
      headers: { traceparent: `00-${traceId}-${"0".repeat(16)}-01` },
    });
    expect(answer.headers.get("X-Trace-Id")).toMatch(/^[0-9a-f]{32}$/);
    expect(answer.headers.get("X-Trace-Id")).not.toBe(traceId);
  });

  it("A run is a part of the trace of the request that started it, with its model and its preview", async () => {
    const ada = await newAccount();
    const { id } = await newProject(ada);
    const { requestId, traceId, headers } = traced();
    const calls = [{ text: "I look.", tools: [{ name: "read_logs", input: {} }] }, { text: "Done." }];
    const prompt = `\`\`\`script\n${JSON.stringify(calls)}\n\`\`\``;
    const answer = await ada.request(`/v1/projects/${id}/runs`, {
      body: { prompt, agent: "fullstack" },
      headers: { ...headers, Accept: "text/event-stream" },
    });
    await answer.text();
    const kinds = async () => (await traceOf(requestId)).spans.map(({ kind }) => kind);
    const expected = ["request", "session", "run", "db", "model", "preview"];
    await expect.poll(kinds, { timeout: 20_000 }).toEqual(expect.arrayContaining(expected));
    const { spans } = await traceOf(requestId);
    expect(new Set(spans.map((span) => span.traceId))).toEqual(new Set([traceId]));
    const request = spans.find(({ kind }) => kind === "request");
    const run = spans.find(({ kind }) => kind === "run");
    expect(run).toMatchObject({ parentSpanId: request?.spanId, ok: true });
    expect(spans.find(({ kind }) => kind === "model")).toMatchObject({ parentSpanId: run?.spanId });
  });

  it("Only owners of the platform read traces, and an unknown request has none", async () => {
    const ada = await newAccount();
    const { requestId, headers } = traced();
    await ada.expect(200, "/v1/me", { headers });
    await ada.problem(404, `/v1/admin/traces/${requestId}`);
    const admin = await newAdmin();
    await admin.problem(404, `/v1/admin/traces/${crypto.randomUUID()}`);
    await admin.problem(404, "/v1/admin/traces/short");
  });
});
