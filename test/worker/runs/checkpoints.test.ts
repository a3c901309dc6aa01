import { env, runInDurableObject } from "cloudflare:test";
import { expect, it } from "vitest";
import type { StoredResult, StoredTurn } from "../../../worker/agents/index.ts";
import type { Env } from "../../../worker/http/environment.ts";
import { checkpointsOf } from "../../../worker/runs/executor/checkpoints.ts";

const { SESSIONS } = env as unknown as Env;

const usage = { inputTokens: 1, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0, microUsd: 0 };
const turn: StoredTurn = { content: [], stopReason: "tool_use", usage, head: 0 };
const result: StoredResult = { toolUseId: "toolu_1", name: "list_files", input: {}, content: "none", isError: false };

it("a run's checkpoints read its steps once, and again after a save", async () => {
  const stub = SESSIONS.get(SESSIONS.newUniqueId());
  await runInDurableObject(stub, async (_, { storage }) => {
    const journal = checkpointsOf(storage.sql, "run_1");
    expect(journal.steps()).toEqual([]);
    await journal.saveAssistant(1, turn);
    const steps = journal.steps();
    expect(steps).toEqual([{ step: 1, turn, results: new Map() }]);
    expect(journal.steps()).toBe(steps);
    await journal.saveToolResult(1, 0, result);
    expect(journal.steps()).toEqual([{ step: 1, turn, results: new Map([[0, result]]) }]);
    // The checkpoints of another process, after a crash, read the same.
    expect(checkpointsOf(storage.sql, "run_1").steps()).toEqual(journal.steps());
  });
});

it("a run's checkpoints report the usage of lost calls until the next turn counts it, and the summary's turn does not count it", async () => {
  const stub = SESSIONS.get(SESSIONS.newUniqueId());
  await runInDurableObject(stub, async (_, { storage }) => {
    const journal = checkpointsOf(storage.sql, "run_1");
    expect(journal.lostUsage()).toMatchObject({ microUsd: 0 });
    const lost = JSON.stringify({ ...usage, microUsd: 7 });
    storage.sql.exec("INSERT INTO call (run_id, usage, is_lost) VALUES (?, ?, 1)", "run_1", lost);
    expect(journal.lostUsage()).toMatchObject({ microUsd: 7 });
    await journal.saveAssistant(0, turn);
    expect(journal.lostUsage()).toMatchObject({ microUsd: 7 });
    await journal.saveAssistant(1, turn);
    expect(journal.lostUsage()).toMatchObject({ microUsd: 0 });
  });
});
