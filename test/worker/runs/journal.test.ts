import { env, runInDurableObject } from "cloudflare:test";
import { expect, it } from "vitest";
import type { StoredResult, StoredTurn } from "../../../worker/agents/index.ts";
import type { RunEvent } from "../../../worker/contract/index.ts";
import type { Env } from "../../../worker/http/environment.ts";
import { insertFrame } from "../../../worker/runs/event-table.ts";
import { journalOf } from "../../../worker/runs/journal.ts";

const { SESSIONS } = env as unknown as Env;

const usage = { inputTokens: 1, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0, microUsd: 0 };
const turn: StoredTurn = { content: [], stopReason: "tool_use", usage, head: 0 };
const result: StoredResult = { toolUseId: "toolu_1", name: "list_files", input: {}, content: "none", isError: false };

it("a run's journal reads its steps once, and again when something was saved", async () => {
  const stub = SESSIONS.get(SESSIONS.newUniqueId());
  await runInDurableObject(stub, async (_, { storage }) => {
    const journal = journalOf(storage.sql, "run_1");
    expect(journal.steps()).toEqual([]);
    await journal.saveAssistant(1, turn);
    const steps = journal.steps();
    expect(steps).toEqual([{ step: 1, turn, results: new Map() }]);
    expect(journal.steps()).toBe(steps);
    await journal.saveToolResult(1, 0, result);
    expect(journal.steps()).toEqual([{ step: 1, turn, results: new Map([[0, result]]) }]);
    // Another one, after a crash, reads the same.
    expect(journalOf(storage.sql, "run_1").steps()).toEqual(journal.steps());
  });
});

it("a run's journal knows what it has cost so far, and how much of an unfinished answer was shown", async () => {
  const stub = SESSIONS.get(SESSIONS.newUniqueId());
  await runInDurableObject(stub, async (_, { storage }) => {
    const journal = journalOf(storage.sql, "run_1");
    expect(journal.reportedUsage()).toMatchObject({ microUsd: 0 });
    let pos = 0;
    const emit = (type: RunEvent["type"], data: object) => {
      pos++;
      insertFrame(storage.sql, { pos, runId: "run_1", seq: pos, type, data: JSON.stringify(data) }, 0);
    };
    emit("usage.updated", { usage: { ...usage, microUsd: 7 } });
    emit("step.started", { step: 1 });
    emit("text.delta", { step: 1, text: "Hello" });
    emit("tool.delta", { toolUseId: "t", json: '{"a":1}' });
    expect(journal.reportedUsage()).toMatchObject({ microUsd: 7 });
    expect(journal.openStep()).toEqual({ step: 1, fromSeq: 2, shownCharacters: 12 });
    emit("step.retried", { step: 1, reason: "cut", fromSeq: 2 });
    expect(journal.openStep()).toBeNull();
  });
});
