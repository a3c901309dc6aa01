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

describe("cancelling a run", () => {
  it("Cancelling a run aborts its model call at once, and appends a terminal event", async () => {
    const { ada, projectId } = await aProject();
    const run = await begin(ada, projectId, forEver);
    await until(ada, run.id, "running");
    const cancelled = await ada.expect<Run>(200, `/v1/runs/${run.id}/cancel`, post);
    expect(cancelled).toMatchObject({ id: run.id, status: "cancelled", endedAt: expect.any(String) });
    const { data } = await page(ada, run.id);
    expect(data.at(-1)?.type).toBe("run.cancelled");
    expect(cancelled.lastSeq).toBe(data.length);
  });

  it("Cancelling a cancelled or ended run changes nothing", async () => {
    const { ada, projectId } = await aProject();
    const { run } = await runToEnd(ada, projectId, { prompt: script({ text: "Done." }) });
    expect(await ada.expect<Run>(200, `/v1/runs/${run.id}/cancel`, post)).toEqual(run);
    const other = await begin(ada, projectId, forEver);
    const once = await ada.expect<Run>(200, `/v1/runs/${other.id}/cancel`, post);
    expect(await ada.expect<Run>(200, `/v1/runs/${other.id}/cancel`, post)).toEqual(once);
    expect(await ada.expect<Run>(200, `/v1/runs/${other.id}`)).toEqual(once);
  });

  it("Concurrent cancellations of a run all return its final state", async () => {
    const { ada, projectId } = await aProject();
    const run = await begin(ada, projectId, forEver);
    await until(ada, run.id, "running");
    const cancel = () => ada.expect<Run>(200, `/v1/runs/${run.id}/cancel`, post);
    const answers = await Promise.all(Array.from({ length: 8 }, cancel));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]).toMatchObject({ status: "cancelled" });
  });

  it("Cancelling a queued run leaves the active one alone, and cancelling the active run starts the queued one", async () => {
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

  it("a cancelled run keeps its written files, and its message ends with a part that says it was cancelled", async () => {
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

  it("Cancelling a run closes the streams of its viewers", async () => {
    const { ada, projectId } = await aProject();
    const run = await begin(ada, projectId, forEver);
    const watched = await ada.request(`/v1/runs/${run.id}/events`, { headers: { Accept: "text/event-stream" } });
    const text = watched.text();
    await until(ada, run.id, "running");
    await ada.expect(200, `/v1/runs/${run.id}/cancel`, post);
    expect(await text).toContain("event: run.cancelled\n");
  });
});

describe("a run with a question", () => {
  it("a run with a question waits, takes the answer and continues to its end", async () => {
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

  it("a second answer to a question, and an answer without a question, return 409", async () => {
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

  it.each(["", "  ", "a\0b"])("an answer of %j is refused", async (text) => {
    const { ada, projectId } = await aProject();
    const run = await begin(ada, projectId, ask);
    await until(ada, run.id, "waiting");
    await ada.problem(422, `/v1/runs/${run.id}/input`, { body: { text } });
    expect(await ada.expect<Run>(200, `/v1/runs/${run.id}`)).toMatchObject({ status: "waiting" });
  });

  it("a waiting run can be cancelled, which starts the next one in the queue", async () => {
    const { ada, projectId } = await aProject();
    const run = await begin(ada, projectId, ask);
    const next = await begin(ada, projectId, script({ text: "Next." }));
    await until(ada, run.id, "waiting");
    expect(await ada.expect<Run>(200, `/v1/runs/${run.id}/cancel`, post)).toMatchObject({ status: "cancelled" });
    await ada.problem(409, `/v1/runs/${run.id}/input`, { body: { text: "red" } });
    await until(ada, next.id, "completed");
  });
});

describe("a run without viewers", () => {
  const patience = { timeout: 25_000, interval: 500 };
  const statusOf = async (id: string) => {
    const row = await database.select({ status: runTable.status }).from(runTable).where(eq(runTable.id, id));
    return row[0]?.status;
  };

  it("a run without viewers is cancelled after ten seconds when onDisconnect is cancel, and continues otherwise", async () => {
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

  it("a run with onDisconnect cancel continues while somebody watches it", async () => {
    const { ada, projectId } = await aProject();
    const run = await begin(ada, projectId, script({ text: "Slow", delayMs: 14_000 }), { onDisconnect: "cancel" });
    const watched = await ada.request(`/v1/runs/${run.id}/events`, { headers: { Accept: "text/event-stream" } });
    expect(await watched.text()).toContain("event: run.completed\n");
  });
});

describe("the deletion of a project with runs", () => {
  it("Deleting a project cancels its runs and deletes their data", async () => {
    const { ada, projectId } = await aProject();
    const run = await begin(ada, projectId, forEver);
    await until(ada, run.id, "running");
    await ada.expect(204, `/v1/projects/${projectId}`, { method: "DELETE" });
    await ada.problem(404, `/v1/runs/${run.id}`);
    await ada.problem(404, `/v1/runs/${run.id}/events`);
  });
});
