import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { event } from "../../../drizzle/schema/index.ts";
import { database } from "../database/direct.ts";
import { runToEnd } from "../stage/client.ts";
import { aProject, begin, forEver, page, script, until } from "./start.ts";

const write = (path: string, content = "x") => ({ name: "write_files", input: { files: [{ path, content }] } });
const eventsOf = async (projectId: string, type: string) =>
  (await database.select().from(event).where(eq(event.projectId, projectId))).filter((one) => one.type === type);

describe("a run's outcome", () => {
  const prompt = script(
    { text: "First.", tools: [write("b.txt"), write("a.txt")] },
    { text: "Second.", tools: [write("b.txt", "y")] },
    { text: "All is written." },
  );
  const made = { revision: 3, paths: ["a.txt", "b.txt"], text: "All is written." };

  it("a run's outcome is in the run, in run.completed and in the webhook event", async () => {
    const { ada, projectId } = await aProject();
    const { run, events } = await runToEnd(ada, projectId, { prompt, agent: "fullstack" });
    expect(run).toMatchObject({ status: "completed", ...made });
    expect(events.at(-1)).toMatchObject({ type: "run.completed", ...made });
    const [told] = await eventsOf(projectId, "run.completed");
    expect(told?.data).toMatchObject({ runId: run.id, status: "completed", ...made });
    const { data } = await ada.expect<{ data: unknown[] }>(200, `/v1/projects/${projectId}/runs`);
    expect(data[0]).toMatchObject(made);
  });

  it("a cancelled or failed run has the outcome so far", async () => {
    const { ada, projectId } = await aProject();
    const slow = script({ text: "First.", tools: [write("a.txt")] }, { text: "never said", delayMs: 600_000 });
    const { id } = await begin(ada, projectId, slow);
    const has = async () => (await page(ada, id)).data.some(({ type }) => type === "revision.created");
    while (!(await has())) await until(ada, id, "running");
    const cancelled = await ada.expect(200, `/v1/runs/${id}/cancel`, { method: "POST" });
    expect(cancelled).toMatchObject({ status: "cancelled", revision: 1, paths: ["a.txt"], text: "First." });
    const { run } = await runToEnd(ada, projectId, { prompt, agent: "fullstack", budget: { steps: 1 } });
    expect(run).toMatchObject({ status: "failed", revision: 3, paths: ["a.txt", "b.txt"], text: "First." });
  });

  it("a run that changed nothing has no revision and no paths in its outcome", async () => {
    const { ada, projectId } = await aProject();
    const { run } = await runToEnd(ada, projectId, { prompt: script({ text: "Hello." }) });
    expect(run).toMatchObject({ revision: null, paths: [], text: "Hello." });
  });
});

describe("a run's question as a webhook event", () => {
  it("a run's question sends one webhook event with its text and options", async () => {
    const { ada, projectId } = await aProject();
    const ask = { name: "ask_user", input: { question: "Which colour?", options: ["red", "blue"] } };
    const started = await begin(ada, projectId, script({ tools: [ask] }, { text: "Thanks." }));
    await until(ada, started.id, "waiting");
    await expect.poll(() => eventsOf(projectId, "input.requested"), { timeout: 10_000 }).toHaveLength(1);
    const [asked] = await eventsOf(projectId, "input.requested");
    expect(asked?.data).toEqual({
      runId: started.id,
      projectId,
      agent: "fullstack",
      question: "Which colour?",
      options: ["red", "blue"],
    });
    await ada.expect(202, `/v1/runs/${started.id}/input`, { body: { text: "red" } });
    expect((await until(ada, started.id, "completed")).text).toBe("Thanks.");
    expect(await eventsOf(projectId, "input.requested")).toHaveLength(1);
  });
});

describe("characters that PostgreSQL refuses", () => {
  it("A run whose question has characters that PostgreSQL refuses sends its webhook event with replacements", async () => {
    const { ada, projectId } = await aProject();
    const ask = { name: "ask_user", input: { question: "Which \0 \ud83d?", options: ["r\0", "b"] } };
    const started = await begin(ada, projectId, script({ tools: [ask] }, { text: "Thanks." }));
    await until(ada, started.id, "waiting");
    await expect.poll(() => eventsOf(projectId, "input.requested"), { timeout: 10_000 }).toHaveLength(1);
    const [asked] = await eventsOf(projectId, "input.requested");
    expect(asked?.data).toMatchObject({ question: "Which \ufffd \ufffd?", options: ["r\ufffd", "b"] });
    await ada.expect(202, `/v1/runs/${started.id}/input`, { body: { text: "red" } });
    expect((await until(ada, started.id, "completed")).text).toBe("Thanks.");
  });

  it("A run is stored whose call has such characters in the names of members", async () => {
    const { ada, projectId } = await aProject();
    const call = { name: "list_files", input: { "a\0": 1, deep: [{ "b\ud83d": "c\0" }] } };
    await runToEnd(ada, projectId, { prompt: script({ tools: [call] }, { text: "Done." }), agent: "fullstack" });
    const stored = async () =>
      (
        await ada.expect<{ data: { role: string; content: unknown[] }[] }>(200, `/v1/projects/${projectId}/messages`)
      ).data.find(({ role }) => role === "assistant")?.content[0];
    await expect
      .poll(stored, { timeout: 10_000 })
      .toMatchObject({ type: "tool", input: { "a\ufffd": 1, deep: [{ "b\ufffd": "c\ufffd" }] } });
  });
});

describe("a start with wait", () => {
  const body = { prompt: script({ text: "Done." }), agent: "fullstack" };

  it("a start with ?wait= or Prefer returns the run at its end", async () => {
    const { ada, projectId } = await aProject();
    const runs = `/v1/projects/${projectId}/runs`;
    expect(await ada.expect(202, `${runs}?wait=30`, { body })).toMatchObject({ status: "completed", text: "Done." });
    const answer = await ada.request(runs, { body, headers: { Prefer: "respond-async, wait=30" } });
    expect(answer.headers.get("location")).toMatch(/^\/v1\/runs\/run_/);
    expect(answer.headers.get("preference-applied")).toBe("wait");
    expect(await answer.json()).toMatchObject({ status: "completed" });
  });

  it("a start with wait returns the run as it is when the timeout elapses", async () => {
    const { ada, projectId } = await aProject();
    const run = await ada.expect<{ id: string; status: string }>(202, `/v1/projects/${projectId}/runs?wait=1`, {
      body: { ...body, prompt: forEver },
    });
    expect(run.status).toBe("running");
    await ada.expect(200, `/v1/runs/${run.id}/cancel`, { method: "POST" });
  });

  it("a start with wait returns the same run when it is repeated under its key", async () => {
    const { ada, projectId } = await aProject();
    const init = { body, headers: { "Idempotency-Key": crypto.randomUUID() } };
    const send = () => ada.expect<{ id: string }>(202, `/v1/projects/${projectId}/runs?wait=30`, init);
    const first = await send();
    expect(await send()).toEqual(first);
    expect(first).toMatchObject({ status: "completed" });
  });

  it.each(["61", "-1", "1.5", "soon", ""])(
    "a start with a wait that is not a number of seconds up to 60 is refused: %j",
    async (wait) => {
      const { ada, projectId } = await aProject();
      const problem = await ada.problem(422, `/v1/projects/${projectId}/runs?wait=${wait}`, { body });
      expect(problem.code).toBe("invalid_request");
    },
  );
});
