import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { message, run as runTable } from "../../../drizzle/schema/index.ts";
import type { StoredStep } from "../../../worker/agents/index.ts";
import { type PersistedStep, toStoredConversation } from "../../../worker/runs/executor/stored-conversation.ts";
import { database } from "../database/direct.ts";
import { newAccount, newProject, runToEnd } from "../stage/client.ts";

const usage = { inputTokens: 1, outputTokens: 2, cacheReadTokens: 3, cacheWriteTokens: 4, microUsd: 5 };

describe("a run as stored in Postgres", () => {
  it("Postgres stores a run's routing, model, steps with their cost, and each step's texts and calls", async () => {
    const ada = await newAccount();
    const project = await newProject(ada);
    const { run, events } = await runToEnd(ada, project.id, { prompt: "Make a small game" });
    const [row] = await database.select().from(runTable).where(eq(runTable.id, run.id));
    expect(row).toMatchObject({
      status: "completed",
      agent: run.agent,
      routing: run.routing,
      model: "edgesmith-scripted",
    });
    const steps = row?.steps as PersistedStep[];
    expect(steps.map(({ step }) => step)).toEqual(
      events.flatMap((event) => (event.type === "step.started" ? [event.step] : [])),
    );
    expect(steps.reduce((sum, one) => sum + one.usage.outputTokens, 0)).toBe(run.usage.outputTokens);

    const said = await database.select().from(message).where(eq(message.runId, run.id));
    const answer = said.find(({ role }) => role === "assistant")?.content as { type: string; name?: string }[];
    expect(steps.reduce((sum, { parts }) => sum + parts, 0)).toBe(answer.length);
    expect(answer.filter(({ type }) => type === "tool").map(({ name }) => name)).toEqual(
      events.flatMap((event) => (event.type === "tool.done" ? [event.name] : [])),
    );
  });
});

describe("a conversation too large for one request", () => {
  const content = "x".repeat(1_000_000);
  const step = (number: number): StoredStep => ({
    step: number,
    turn: {
      content: [{ type: "tool_use", id: "t", name: "write_files", input: { files: [{ path: "a.txt", content }] } }],
      stopReason: "tool_use",
      usage,
      head: 0,
    },
    results: new Map([
      [
        0,
        {
          toolUseId: "t",
          name: "write_files",
          input: { files: [{ path: "a.txt", content }] },
          content: "ok",
          isError: false,
        },
      ],
    ]),
  });

  it("a conversation above the limit keeps every part and the beginning of its long texts", () => {
    const kept = toStoredConversation([1, 2, 3, 4, 5].map(step));
    expect(kept.content).toHaveLength(5);
    expect(JSON.stringify(kept.content).length).toBeLessThan(20_000);
    expect(JSON.stringify(kept.content[0])).toContain("998000 characters more");
  });

  it("a conversation below the limit is stored completely", () => {
    expect(JSON.stringify(toStoredConversation([step(1)]).content)).toContain(content);
  });
});
