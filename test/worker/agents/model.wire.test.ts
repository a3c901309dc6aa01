import { describe, expect, inject, it } from "vitest";
import type { Fault } from "../../../dev/model/index.ts";
import { anthropicModel } from "../../../worker/agents/index.ts";
import type { Config } from "../../../worker/config/index.ts";
import { runOf } from "./run.ts";

// The loop over the real SDK, in workerd, against the scripted Messages API.

const url = inject("modelUrl");
const ids = { fast: "claude-haiku-5-5", balanced: "claude-sonnet-5-5", deep: "claude-opus-5-5" };
const model = {
  apiKey: "sk-test",
  baseUrl: url,
  isLoopback: true,
  headers: {},
  scripted: true,
  ids,
  prices: { fast: null, balanced: null, deep: null },
};
const config = { model, logLevel: "silent" as const };
const withModel = (changes: Partial<Config["model"]>) => ({ ...config, model: { ...model, ...changes } });

const prompt = "Make a todo list with an API that remembers the todos";

async function addFault(fault: Fault): Promise<void> {
  await fetch(`${url}/control/faults`, {
    method: "POST",
    body: JSON.stringify([fault]),
    headers: { "content-type": "application/json" },
  });
}

type Seen = { body: Record<string, unknown> & { messages: unknown[] }; headers: Record<string, string> };

async function lastRequest(): Promise<Seen> {
  const response = await fetch(`${url}/control/requests`);
  const { requests } = (await response.json()) as { requests: Seen[] };
  const last = requests.at(-1);
  if (last === undefined) throw new Error("nothing was asked");
  return last;
}

const started = (setting: Parameters<typeof runOf>[1] = {}) => runOf(anthropicModel(config), { prompt, ...setting });

describe("a run over the Messages API", () => {
  it("a run over the Messages API builds the app, file by file, with its cost", async () => {
    const run = started();
    const outcome = await run.go();
    expect(outcome.status).toBe("completed");
    expect([...run.workspace.tree.keys()]).toEqual(expect.arrayContaining(["index.html", "src/server.ts"]));
    expect(run.types().filter((type) => type === "revision.created").length).toBeGreaterThan(0);
    expect(outcome.usage.outputTokens).toBeGreaterThan(100);
    expect(outcome.usage.microUsd).toBe(0);
  });

  it("a request to Claude's server has cache breakpoints and eager tool input", async () => {
    await started({ agent: "explainer", prompt: "Hello" }).go();
    const { body } = await lastRequest();
    expect(body).toMatchObject({
      model: "claude-haiku-5-5",
      system: [{ cache_control: { type: "ephemeral" } }, { cache_control: { type: "ephemeral" } }],
      stream: true,
    });
    expect(JSON.stringify(body.tools)).toContain('"eager_input_streaming":true');
    expect(JSON.stringify(body.messages.at(-1))).toContain("cache_control");
  });

  it("a run reports the tokens read from the cache, with every step and at the end", async () => {
    const run = started();
    const { usage } = await run.go();
    expect(usage.cacheReadTokens).toBeGreaterThan(usage.inputTokens);
    const told = run.journal.log.flatMap((event) => (event.type === "usage.updated" ? [event.usage] : []));
    expect(told.at(-1)).toEqual(usage);
    expect(told[1]?.cacheReadTokens).toBeGreaterThan(told[0]?.cacheReadTokens ?? 0);
  });

  it("only the deep tier's requests ask for thinking", async () => {
    await started({ agent: "debugger", prompt: "Hello" }).go();
    expect((await lastRequest()).body.thinking).toEqual({ type: "adaptive" });
    await started({ agent: "fullstack", prompt: "Hello" }).go();
    expect((await lastRequest()).body.thinking).toBeUndefined();
  });

  it("a request to another server has only what all servers understand", async () => {
    const run = runOf(anthropicModel(withModel({ apiKey: null, scripted: false })), {
      prompt: "Hello",
      agent: "explainer",
    });
    const outcome = await run.go();
    expect(outcome.status).toBe("completed");
    expect(outcome.usage.microUsd).toBeGreaterThan(0);
    const { body } = await lastRequest();
    expect(typeof body.system).toBe("string");
    expect(JSON.stringify(body)).not.toMatch(/cache_control|eager_input_streaming/);
    expect(Object.keys(body).toSorted()).toEqual(["max_tokens", "messages", "model", "stream", "system", "tools"]);
  });

  it.each<[string, Fault, string]>([
    ["is overloaded", { kind: "status", status: 529 }, "overloaded"],
    ["has a fault", { kind: "status", status: 500 }, "unavailable"],
    ["limits us", { kind: "status", status: 429, retryAfter: 1 }, "rate_limited"],
    ["breaks the connection off", { kind: "cut", atByte: 900 }, "cut"],
    ["sends an error in the middle", { kind: "error_event", type: "overloaded_error", afterDeltas: 2 }, "overloaded"],
  ])("a run retries when the server %s", async (_what, fault, reason) => {
    await addFault(fault);
    const run = started();
    expect((await run.go()).status).toBe("completed");
    expect(run.journal.log.filter((event) => event.type === "step.retried")).toMatchObject([{ step: 1, reason }]);
    expect([...run.workspace.tree.keys()]).toContain("src/server.ts");
  });

  it("a run gives up a silent stream, and retries", async () => {
    await addFault({ kind: "hang" });
    const run = runOf(anthropicModel(config, { idleMs: 1_500 }), { prompt });
    expect((await run.go()).status).toBe("completed");
    expect(run.journal.log.filter((event) => event.type === "step.retried")).toMatchObject([{ reason: "cut" }]);
  });

  it.each<[string, Fault]>([
    ["is no JSON", { kind: "bad_tool_json" }],
    ["was cut off at the output limit", { kind: "max_tokens" }],
  ])("a run executes no call whose input %s", async (_what, fault) => {
    const run = runOf(anthropicModel(config), { prompt: "[[five steps]]" });
    await addFault(fault);
    await run.go();
    expect(run.journal.steps()[0]?.results.get(0)).toMatchObject({ name: "write_files", input: {}, isError: true });
    expect(run.workspace.content("steps/1.txt")).toBeUndefined();
  });

  it("a run asks a model that paused to continue", async () => {
    const run = runOf(anthropicModel(config), { prompt: "[[five steps]] after a pause" });
    await addFault({ kind: "pause_turn" });
    expect((await run.go()).status).toBe("completed");
    expect(run.workspace.tree.size).toBe(5);
  });

  it("a run shortens a conversation that the server calls too long, and fails by name when that does not help", async () => {
    await addFault({ kind: "context_overflow" });
    const run = started();
    expect((await run.go()).status).toBe("completed");
    expect(run.journal.log).toContainEqual(expect.objectContaining({ reason: "context_overflow" }));
    await addFault({ kind: "context_overflow", times: 3 });
    expect(await started().go()).toMatchObject({ status: "failed", error: { code: "model_failed" } });
  });

  it("a run ends by name when the model refuses, and when the key is refused", async () => {
    await addFault({ kind: "refusal" });
    expect(await started().go()).toMatchObject({ status: "failed", error: { code: "model_refused" } });
    await addFault({ kind: "status", status: 401 });
    expect(await started().go()).toMatchObject({ status: "failed", error: { code: "model_not_configured" } });
  });

  it("a run fails by name when the server is unreachable", async () => {
    const model = anthropicModel(withModel({ baseUrl: "http://127.0.0.1:9" }));
    const outcome = await runOf(model, { prompt }).go();
    expect(outcome).toMatchObject({
      status: "failed",
      error: { code: "model_failed", detail: "Can't reach the model's server." },
    });
  });

  it("a run over the Messages API stops at once when it is cancelled in the middle of an answer", async () => {
    await addFault({ kind: "hang" });
    const run = started();
    const going = run.go();
    await expect.poll(() => run.types()).toContain("step.started");
    run.stop.abort();
    expect((await going).status).toBe("cancelled");
  });

  it("anthropicModel throws without a key and a URL", () => {
    expect(() => anthropicModel(withModel({ apiKey: null, baseUrl: null }))).toThrow(
      expect.objectContaining({ code: "model_not_configured" }),
    );
  });
});
