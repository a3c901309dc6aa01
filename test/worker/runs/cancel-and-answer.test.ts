import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { run as runTable } from "../../../drizzle/schema/index.ts";
import type { Message } from "../../../worker/contract/index.ts";
import { database } from "../database/direct.ts";
import { newProject, type Page, type Run, runToEnd } from "../stage/client.ts";
import { aProject, begin, forEver, page, script, until } from "./start.ts";

const ask = script(
  { tools: [{ name: "ask_user", input: { question: "Which colour?", options: ["red", "blue"] } }] },
  { text: "Thanks." },
);
const post = { method: "POST" };

describe("cancelling", () => {
  it("ends a run in the middle of a model call, at once, and leaves a terminal event", async () => {
    const { ada, projectId } = await aProject();
    const run = await begin(ada, projectId, forEver);
    await until(ada, run.id, "running");
    const cancelled = await ada.expect<Run>(200, `/v1/runs/${run.id}/cancel`, post);
    expect(cancelled).toMatchObject({ id: run.id, status: "cancelled", endedAt: expect.any(String) });
    const { data } = await page(ada, run.id);
    expect(data.at(-1)?.type).toBe("run.cancelled");
    expect(cancelled.lastSeq).toBe(data.length);
  });

  it("again, or of a run that has ended, changes nothing", async () => {
    const { ada, projectId } = await aProject();
    const { run } = await runToEnd(ada, projectId, { prompt: script({ text: "Done." }) });
    expect(await ada.expect<Run>(200, `/v1/runs/${run.id}/cancel`, post)).toEqual(run);
    const other = await begin(ada, projectId, forEver);
    const once = await ada.expect<Run>(200, `/v1/runs/${other.id}/cancel`, post);
    expect(await ada.expect<Run>(200, `/v1/runs/${other.id}/cancel`, post)).toEqual(once);
    expect(await ada.expect<Run>(200, `/v1/runs/${other.id}`)).toEqual(once);
  });

  it("by many at once gives each of them the run as it ended", async () => {
    const { ada, projectId } = await aProject();
    const run = await begin(ada, projectId, forEver);
    await until(ada, run.id, "running");
    const cancel = () => ada.expect<Run>(200, `/v1/runs/${run.id}/cancel`, post);
    const answers = await Promise.all(Array.from({ length: 8 }, cancel));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]).toMatchObject({ status: "cancelled" });
  });

  it("of a queued run leaves the one before it alone; of the one before it lets the queued one begin", async () => {
    const { ada, projectId } = await aProject();
    const first = await begin(ada, projectId, forEver);
    const second = await begin(ada, projectId, forEver);
    const third = await begin(ada, projectId, script({ text: "Third." }));
    await until(ada, first.id, "running");
    const cancelled = await ada.expect<Run>(200, `/v1/runs/${second.id}/cancel`, post);
    expect(cancelled.status).toBe("cancelled");
    expect(cancelled).not.toHaveProperty("startedAt");
    expect(await ada.expect<Run>(200, `/v1/runs/${first.id}`)).toMatchObject({ status: "running" });
    expect(await ada.expect<Run>(200, `/v1/runs/${third.id}`)).toMatchObject({ status: "queued" });
    await ada.expect(200, `/v1/runs/${first.id}/cancel`, post);
    await until(ada, third.id, "completed");
  });

  it("keeps what was written before, and ends the answer with a part that says it was cancelled", async () => {
    const { ada, projectId } = await aProject();
    const tools = [{ name: "write_files", input: { files: [{ path: "kept.txt", content: "kept" }] } }];
    const run = await begin(ada, projectId, script({ tools }, { text: "never", delayMs: 600_000 }));
    await expect
      .poll(() => ada.expect(200, `/v1/projects/${projectId}`), { timeout: 20_000 })
      .toMatchObject({ head: 1 });
    await ada.expect(200, `/v1/runs/${run.id}/cancel`, post);
    await ada.expect(200, `/v1/projects/${projectId}/files/kept.txt`);
    const { data } = await ada.expect<Page<Message>>(200, `/v1/projects/${projectId}/messages`);
    expect(data.at(-1)?.content.at(-1)).toEqual({ type: "end", status: "cancelled" });
  });

  it("closes the streams of those who watch", async () => {
    const { ada, projectId } = await aProject();
    const run = await begin(ada, projectId, forEver);
    const watched = await ada.request(`/v1/runs/${run.id}/events`, { headers: { Accept: "text/event-stream" } });
    const text = watched.text();
    await until(ada, run.id, "running");
    await ada.expect(200, `/v1/runs/${run.id}/cancel`, post);
    expect(await text).toContain("event: run.cancelled\n");
  });
});

describe("a run that asks", () => {
  it("waits, takes the answer and goes on to its end", async () => {
    const { ada, projectId } = await aProject();
    const run = await begin(ada, projectId, ask);
    await until(ada, run.id, "waiting");
    const asked = (await page(ada, run.id)).data.at(-1);
    expect(asked).toMatchObject({ type: "input.requested", question: "Which colour?", options: ["red", "blue"] });
    await ada.expect(202, `/v1/runs/${run.id}/input`, { body: { text: "red" } });
    await until(ada, run.id, "completed");
    const { data } = await ada.expect<Page<Message>>(200, `/v1/projects/${projectId}/messages`);
    expect(data.at(-1)?.content).toMatchObject([
      { type: "tool", name: "ask_user", isError: false, result: expect.stringContaining("red") },
      { type: "text", text: "Thanks." },
    ]);
  });

  it("takes one answer: the second is a 409, and so is one that nobody asked for", async () => {
    const { ada, projectId } = await aProject();
    const run = await begin(ada, projectId, ask);
    await until(ada, run.id, "waiting");
    const both = await Promise.all(
      ["red", "blue"].map((text) => ada.request(`/v1/runs/${run.id}/input`, { body: { text } })),
    );
    expect(both.map(({ status }) => status).sort()).toEqual([202, 409]);
    await until(ada, run.id, "completed");
    expect((await ada.problem(409, `/v1/runs/${run.id}/input`, { body: { text: "red" } })).code).toBe("not_waiting");
    const other = await begin(ada, projectId, forEver);
    await ada.problem(409, `/v1/runs/${other.id}/input`, { body: { text: "red" } });
    await ada.expect(200, `/v1/runs/${other.id}/cancel`, post);
  });

  it.each(["", "  ", "a\0b"])("does not take %j for an answer", async (text) => {
    const { ada, projectId } = await aProject();
    const run = await begin(ada, projectId, ask);
    await until(ada, run.id, "waiting");
    await ada.problem(422, `/v1/runs/${run.id}/input`, { body: { text } });
    expect(await ada.expect<Run>(200, `/v1/runs/${run.id}`)).toMatchObject({ status: "waiting" });
  });

  it("can be cancelled while it waits, and lets the next in the queue begin", async () => {
    const { ada, projectId } = await aProject();
    const run = await begin(ada, projectId, ask);
    const next = await begin(ada, projectId, script({ text: "Next." }));
    await until(ada, run.id, "waiting");
    expect(await ada.expect<Run>(200, `/v1/runs/${run.id}/cancel`, post)).toMatchObject({ status: "cancelled" });
    await ada.problem(409, `/v1/runs/${run.id}/input`, { body: { text: "red" } });
    await until(ada, next.id, "completed");
  });
});

describe("a run that nobody watches", () => {
  const patience = { timeout: 25_000, interval: 500 };
  const statusOf = async (id: string) => {
    const row = await database.select({ status: runTable.status }).from(runTable).where(eq(runTable.id, id));
    return row[0]?.status;
  };

  it("is cancelled after ten seconds where it was started so, and goes on where not", async () => {
    const { ada, projectId } = await aProject();
    const other = await newProject(ada);
    const left = await begin(ada, projectId, forEver, { onDisconnect: "cancel" });
    const kept = await begin(ada, other.id, forEver);
    await expect.poll(() => statusOf(left.id), patience).toBe("cancelled");
    expect(await ada.expect<Run>(200, `/v1/runs/${kept.id}`)).toMatchObject({ status: "running" });
    await ada.expect(200, `/v1/runs/${kept.id}/cancel`, post);
    const run = await ada.expect<Run>(200, `/v1/runs/${left.id}`);
    expect(Date.parse(run.endedAt ?? "") - Date.parse(run.createdAt)).toBeGreaterThanOrEqual(10_000);
  });

  it("is not, while somebody does", async () => {
    const { ada, projectId } = await aProject();
    const run = await begin(ada, projectId, script({ text: "Slow", delayMs: 14_000 }), { onDisconnect: "cancel" });
    const watched = await ada.request(`/v1/runs/${run.id}/events`, { headers: { Accept: "text/event-stream" } });
    expect(await watched.text()).toContain("event: run.completed\n");
  });
});

describe("deleting a project", () => {
  it("stops its runs and forgets them", async () => {
    const { ada, projectId } = await aProject();
    const run = await begin(ada, projectId, forEver);
    await until(ada, run.id, "running");
    await ada.expect(204, `/v1/projects/${projectId}`, { method: "DELETE" });
    await ada.problem(404, `/v1/runs/${run.id}`);
    await ada.problem(404, `/v1/runs/${run.id}/events`);
  });
});
