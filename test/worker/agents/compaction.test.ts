import { describe, expect, it } from "vitest";
import { countElided } from "../../../worker/agents/loop/compaction.ts";
import { conversationOf } from "../../../worker/agents/loop/conversation.ts";
import type { ModelRequest } from "../../../worker/agents/model/port.ts";
import type { KeptSummary, SummaryStore } from "../../../worker/agents/ports.ts";
import type { Message } from "../../../worker/contract/index.ts";
import { runOf } from "./run.ts";
import { type Answer, call, scriptedModel } from "./scripted-model.ts";

const weight = (whole: number, withoutResults = 10, withoutInputs = withoutResults) => ({
  whole,
  withoutResults,
  withoutInputs,
});

describe("compaction", () => {
  it("Compaction elides nothing while the context has room", () => {
    expect(
      countElided(
        Array.from({ length: 5 }, () => weight(100)),
        0,
        1_000,
      ),
    ).toEqual({ results: 0, inputs: 0 });
  });

  it("Compaction elides the oldest results in few large jumps, and never those of the newest steps", () => {
    const weights = Array.from({ length: 40 }, () => weight(100, 5));
    const plans = weights.map((_, count) => countElided(weights.slice(0, count), 50, 2_000).results);
    expect(new Set(plans).size).toBeLessThan(10);
    for (const [count, results] of plans.entries()) {
      expect(results).toBeLessThanOrEqual(Math.max(0, count - 3));
      if (count > 0) expect(results).toBeGreaterThanOrEqual(plans[count - 1] ?? 0);
      expect(50 + results * 5 + (count - results) * 100).toBeLessThanOrEqual(1_300);
    }
  });

  it("Compaction elides the model's inputs too, when eliding results is not enough", () => {
    const weights = Array.from({ length: 10 }, () => weight(100, 95, 10));
    const { results, inputs } = countElided(weights, 50, 1_000);
    expect(inputs).toBeGreaterThan(0);
    expect(inputs).toBeLessThanOrEqual(results);
  });
});

/** The summary that a project keeps, in memory. */
function memorySummaries(): SummaryStore {
  let kept: KeptSummary | null = null;
  return {
    read: () => kept,
    save: (summary) => {
      kept = summary;
    },
  };
}

const textsOf = (request: ModelRequest | undefined): string => JSON.stringify(request?.messages);

const message = (index: number, role: Message["role"], text: string): Message => ({
  id: `msg_${index}`,
  role,
  runId: null,
  agent: null,
  content: [{ type: "text", text }],
  createdAt: "2026-11-23T12:00:00.000Z",
});

const longHistory = [
  message(1, "user", "Make a shop for teapots"),
  message(2, "assistant", "The shop is made."),
  message(3, "user", "x".repeat(39_000)),
  message(4, "assistant", "Noted. ".repeat(200)),
];

describe("a long run", () => {
  const reads = (count: number) =>
    Array.from({ length: count }, (_, at) => ({ calls: [call("read_files", { paths: ["big.txt"], limit: at + 1 })] }));
  const files = { "big.txt": "x".repeat(50_000) };

  it("a long run stays within its context, says how to read again, and keeps its prefix for many steps", async () => {
    const model = scriptedModel([...reads(30), { say: "Done." }]);
    expect((await runOf(model, { files }).go()).status).toBe("completed");
    const sizes = model.asked.map((request) => textsOf(request).length / 3);
    expect(Math.max(...sizes)).toBeLessThan(140_000);
    expect(textsOf(model.asked.at(-1))).toContain("read_files shows them again: big.txt");
    const kept = model.asked.filter((request, index) => {
      const before = model.asked[index - 1]?.messages ?? [];
      return JSON.stringify(request.messages.slice(0, before.length)) === JSON.stringify(before);
    });
    expect(kept.length).toBeGreaterThan(model.asked.length * 0.8);
  });

  it("a long run works with a small context, and with a file larger than it", async () => {
    const read = (path: string) => ({ calls: [call("read_files", { paths: [path] })] });
    const model = scriptedModel([...Array(8).keys()].map(() => read("big.txt")).concat([read("huge.txt")]));
    model.modelId = () => "qwen3-coder";
    const history = longHistory;
    const long = { ...files, "huge.txt": "z".repeat(59_000) };
    await runOf(model, { files: long, history }).go();
    const sizes = model.asked.slice(1).map((request) => textsOf(request).length / 3);
    expect(Math.max(...sizes)).toBeLessThan(32_000 * 0.75);
    expect(textsOf(model.asked.at(-1))).toContain("to make room. Ask for less at once.");
  });

  it("Compaction elides long inputs and nothing else of a turn", () => {
    const thought = { type: "thinking" as const, thinking: "t".repeat(900), signature: "s" };
    const input = { files: [{ path: "a.txt", content: "y".repeat(900) }] };
    const use = { type: "tool_use" as const, id: "toolu_1", name: "write_files", input };
    const usage = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, microUsd: 0 };
    const turn = { content: [thought, use], stopReason: "tool_use" as const, usage, head: 0 };
    const task = { history: [], prompt: "Go", images: [] };
    const left = { results: 1, inputs: 1, historyRoom: 40_000, images: true, pictures: true, longest: 9_000 };
    const told = conversationOf(task, [{ step: 1, turn, results: new Map() }], left);
    expect(told[1]?.content[0]).toEqual(thought);
    expect(JSON.stringify(told[1])).toContain("900 characters");
    expect(JSON.stringify(told[1])).toContain("a.txt");
    expect(JSON.stringify(told[1])).not.toContain("yyy");
  });
});

describe("an earlier conversation that does not fit", () => {
  const smallModel = (answers: Answer[]) =>
    Object.assign(scriptedModel(answers), { modelId: () => "claude-haiku-4-5" });

  it("A run does not wait for a summary: first lines replace it while one is made beside the run, stored and charged", async () => {
    const summaries = memorySummaries();
    const model = smallModel([{ say: "They want a teapot shop." }, { calls: [call("list_files")] }, { say: "Done." }]);
    const run = runOf(model, { history: longHistory, summaries });
    const outcome = await run.go();
    expect(outcome.status).toBe("completed");
    expect(model.asked.map(({ tier }) => tier)).toEqual(["fast", "balanced", "balanced"]);
    expect(textsOf(model.asked[0])).toContain("teapots");
    expect(textsOf(model.asked[1])).toContain("- The person: Make a shop for teapots");
    expect(summaries.read()).toMatchObject({ text: "They want a teapot shop." });
    expect(outcome.usage.inputTokens).toBe(300);
  });

  it("the next run has the kept summary at once, and extends it only when much was said since", async () => {
    const summaries = memorySummaries();
    await runOf(smallModel([{ say: "They want a teapot shop." }, { say: "Done." }]), {
      history: longHistory,
      summaries,
    }).go();
    const next = smallModel([{ say: "Done." }]);
    await runOf(next, { history: longHistory, summaries }).go();
    expect(next.asked.map(({ tier }) => tier)).toEqual(["balanced"]);
    expect(textsOf(next.asked[0])).toContain("They want a teapot shop.");
    const later = longHistory.map((message) => ({ ...message, id: `msg_z${message.id}` }));
    const third = smallModel([{ say: "They want a larger teapot shop." }, { say: "Done." }]);
    await runOf(third, { history: [...longHistory, ...later], summaries }).go();
    expect(textsOf(third.asked[0])).toContain("<summary>\\nThey want a teapot shop.");
    expect(textsOf(third.asked[1])).toContain("They want a teapot shop.");
    expect(summaries.read()).toMatchObject({ text: "They want a larger teapot shop." });
  });

  it("A summary that fails or is cut off is charged, keeps the earlier summary, and does not fail the run", async () => {
    const summaries = memorySummaries();
    const failing = smallModel([{ fail: "cut", after: "word ".repeat(300) }, { say: "Done." }]);
    const outcome = await runOf(failing, { history: longHistory, summaries }).go();
    expect(outcome).toMatchObject({ status: "completed", usage: { inputTokens: 200, outputTokens: 500 + 50 } });
    expect(summaries.read()).toBeNull();
    expect(textsOf(failing.asked[1])).toContain("- The person: Make a shop for teapots");
  });

  it("A run whose budget is too small for a summary makes none", async () => {
    const model = smallModel([{ say: "Done." }]);
    const summaries = memorySummaries();
    await runOf(model, { history: longHistory, summaries, budget: { tokens: 14_000 } }).go();
    expect(model.asked.map(({ tier }) => tier)).not.toContain("fast");
  });

  it("an overlong conversation is replaced by first lines without a real model", async () => {
    const model = scriptedModel([{ say: "Done." }]);
    await runOf(model, { history: longHistory }).go();
    expect(model.asked).toHaveLength(1);
    expect(textsOf(model.asked[0])).toContain("- You: The shop is made.");
  });

  it("a conversation that fits costs no summary", async () => {
    const model = scriptedModel([{ say: "Done." }]);
    model.modelId = () => "claude-haiku-4-5";
    const run = runOf(model, { history: longHistory.slice(0, 2) });
    await run.go();
    expect(model.asked).toHaveLength(1);
    expect(run.journal.steps().map(({ step }) => step)).toEqual([1]);
  });
});
