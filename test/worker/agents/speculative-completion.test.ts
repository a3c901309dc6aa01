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

/** A model whose request has left as soon as it is asked. */
const opened = (model: ModelPort) => (onRequest: () => void) => ({
  ...model,
  stream: (...asked: Parameters<ModelPort["stream"]>) => {
    onRequest();
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

describe("a call of the model that is made before its run begins", () => {
  it("is the one the run hears: the model is asked once", async () => {
    const model = scriptedModel([hello]);
    const call = made(model);
    await call.sent;
    expect(model.asked).toHaveLength(1);
    const run = runOf(call.model);
    expect((await run.go()).status).toBe("completed");
    expect(run.types()).toContain("text.delta");
    expect(model.asked).toHaveLength(1);
  });

  it("serves for the first request alone", async () => {
    const model = scriptedModel([{ calls: [{ name: "list_files", input: {} }] }, hello]);
    expect((await runOf(made(model).model).go()).status).toBe("completed");
    expect(model.asked).toHaveLength(2);
  });

  it("is ended, and another made, where the run asks for something else", async () => {
    const model = scriptedModel([{ hang: true }, hello]);
    const run = runOf(made(model).model, { prompt: "Make another app" });
    expect((await run.go()).status).toBe("completed");
    expect(model.asked.map(({ messages }) => JSON.stringify(messages.at(-1)))).toEqual([
      expect.stringContaining("Make an app"),
      expect.stringContaining("Make another app"),
    ]);
  });

  it("ends with the run that has taken it", async () => {
    const run = runOf(made(scriptedModel([{ hang: true, after: "Hel" }])).model);
    const going = run.go();
    await expect.poll(run.types).toContain("text.delta");
    run.stop.abort();
    expect((await going).status).toBe("cancelled");
  });

  it("is aborted where it is dropped, and not where it was taken", async () => {
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

  it("has been sent, too, where it fails before there is a request", async () => {
    const broken: ModelPort = {
      modelId: () => "scripted",
      priceOf: scriptedModel([]).priceOf,
      async *stream(): AsyncGenerator<ModelEvent> {
        yield { type: "failed", failure: { kind: "auth", detail: "No." } };
      },
    };
    const call = prefetchCompletion(task, () => broken);
    await call?.sent;
    const outcome = await runOf(call?.model ?? broken).go();
    expect(outcome).toMatchObject({ status: "failed", error: { code: "model_not_configured" } });
  });

  it("is not made where the run has something to do before", () => {
    const model = scriptedModel([]);
    expect(prefetchCompletion({ ...task, history: [longMessage] }, opened(model))).toBeNull();
    expect(prefetchCompletion({ ...task, budget: { tokens: 10 } }, opened(model))).toBeNull();
    expect(model.asked).toEqual([]);
  });
});
