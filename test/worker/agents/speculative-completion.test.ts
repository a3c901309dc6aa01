import { describe, expect, it } from "vitest";
import { builtIn, type ModelEvent, type ModelPort, prefetchCompletion } from "../../../worker/agents/index.ts";
import type { Message } from "../../../worker/contract/index.ts";
import { runOf } from "./run.ts";
import { scriptedModel } from "./scripted-model.ts";

const task = {
  agent: builtIn.get("fullstack"),
  mode: "build" as const,
  prompt: "Make an app",
  history: [] as Message[],
  project: { name: "Test" },
  budget: {},
  revision: 0,
  files: [],
};

const hello = { say: "Hello." };

/** A model whose requests count as sent at once. */
const opened = (model: ModelPort) => (onRequest: (characters: number) => void) => ({
  ...model,
  stream: (...asked: Parameters<ModelPort["stream"]>) => {
    onRequest(0);
    return model.stream(...asked);
  },
});

function made(model: ModelPort, given: Partial<typeof task> = {}) {
  const call = prefetchCompletion({ ...task, ...given }, opened(model));
  if (!call) throw new Error("no call was made");
  return call;
}

const longMessage: Message = {
  id: "msg_1",
  role: "user",
  runId: "run_0",
  agent: null,
  content: [{ type: "text", text: "word ".repeat(20_000) }],
  createdAt: new Date(0).toISOString(),
};

describe("a prefetched completion", () => {
  it("a prefetched completion serves the run: the model is called once", async () => {
    const model = scriptedModel([hello]);
    const call = made(model);
    await call.begun;
    expect(model.asked).toHaveLength(1);
    const run = runOf(call.model);
    expect((await run.go()).status).toBe("completed");
    expect(run.types()).toContain("text.delta");
    expect(model.asked).toHaveLength(1);
  });

  it("a prefetched completion serves the first request alone", async () => {
    const model = scriptedModel([{ calls: [{ name: "list_files", input: {} }] }, hello]);
    expect((await runOf(made(model).model).go()).status).toBe("completed");
    expect(model.asked).toHaveLength(2);
  });

  it("a prefetched completion is aborted, and another call made, when the run sends another request", async () => {
    const model = scriptedModel([{ hang: true }, hello]);
    const run = runOf(made(model).model, { prompt: "Make another app" });
    expect((await run.go()).status).toBe("completed");
    expect(model.asked.map(({ messages }) => JSON.stringify(messages.at(-1)))).toEqual([
      expect.stringContaining("Make an app"),
      expect.stringContaining("Make another app"),
    ]);
  });

  it.each([
    ["tools", { mode: "plan" as const }],
    ["system prompt", { project: { name: "Another" } }],
    ["limit of the answer", { budget: { tokens: 30_000 } }],
  ])("a prefetched completion does not serve a request with another %s", async (_, prefetched) => {
    const model = scriptedModel([{ hang: true }, hello]);
    const call = prefetchCompletion({ ...task, ...prefetched }, opened(model));
    expect((await runOf(call?.model ?? model).go()).status).toBe("completed");
    expect(model.asked).toHaveLength(2);
  });

  it("a prefetched completion ends with the run that uses it", async () => {
    const run = runOf(made(scriptedModel([{ hang: true, after: "Hel" }])).model);
    const going = run.go();
    await expect.poll(run.types).toContain("text.delta");
    run.stop.abort();
    expect((await going).status).toBe("cancelled");
  });

  it("Abort ends a prefetched completion, unless the run uses it", async () => {
    const signals: AbortSignal[] = [];
    const model = scriptedModel([{ hang: true }, hello]);
    const noting: ModelPort = {
      ...model,
      stream: (request, signal) => {
        signals.push(signal);
        return model.stream(request, signal);
      },
    };
    made(noting).abort();
    const taken = made(noting);
    const run = runOf(taken.model);
    expect((await run.go()).status).toBe("completed");
    const wasAborted = signals.map(({ aborted }) => aborted);
    taken.abort();
    expect(wasAborted).toEqual([true, false]);
  });

  it("a prefetched completion's begun resolves when it fails before there is a request", async () => {
    const broken: ModelPort = {
      modelId: () => "scripted",
      priceOf: scriptedModel([]).priceOf,
      async *stream(): AsyncGenerator<ModelEvent> {
        yield { type: "failed", failure: { kind: "auth", detail: "No." } };
      },
    };
    const call = prefetchCompletion(task, () => broken);
    await call?.begun;
    const outcome = await runOf(call?.model ?? broken).go();
    expect(outcome).toMatchObject({ status: "failed", error: { code: "model_not_configured" } });
  });

  it("no completion is prefetched when the run has something to do before", () => {
    const model = scriptedModel([]);
    expect(prefetchCompletion({ ...task, history: [longMessage] }, opened(model))).toBeNull();
    expect(prefetchCompletion({ ...task, budget: { tokens: 10 } }, opened(model))).toBeNull();
    expect(model.asked).toEqual([]);
  });
});
