import { describe, expect, it } from "vitest";
import type { FileContent, Message, Revision } from "../../../worker/contract/index.ts";
import { type Page, parseFrames, type Run, runToEnd } from "../stage/client.ts";
import { aProject, begin, page, script, until } from "./start.ts";

const write = (path: string, content: string) => ({ name: "write_files", input: { files: [{ path, content }] } });

describe("a run", () => {
  it("POST /runs returns 202 with a Location, and GET describes the run during and after its execution", async () => {
    const { ada, projectId } = await aProject();
    const prompt = script({ text: "Hello." });
    const answer = await ada.request(`/v1/projects/${projectId}/runs`, {
      body: { prompt, agent: "explainer", mode: "ask", model: "fast" },
    });
    expect(answer.status).toBe(202);
    const run = await answer.json<Run>();
    expect(answer.headers.get("location")).toBe(`/v1/runs/${run.id}`);
    expect(run).toMatchObject({ projectId, prompt, agent: "explainer", mode: "ask", model: "fast", scripted: true });
    expect(run.routing).toMatchObject({ agent: "explainer", method: "mention", confidence: 1 });
    const ended = await until(ada, run.id, "completed");
    expect(ended.model).toBe("fast");
    expect(ended.usage.inputTokens).toBeGreaterThan(0);
    expect(Date.parse(ended.endedAt ?? "")).toBeGreaterThanOrEqual(Date.parse(ended.startedAt ?? ""));
    const list = await ada.expect<Page<Run>>(200, `/v1/projects/${projectId}/runs`);
    expect(list.data).toEqual([ended]);
  });

  it("a run commits each batch as a revision by the agent, and stores its conversation", async () => {
    const { ada, projectId } = await aProject();
    const at = `/v1/projects/${projectId}`;
    const prompt = script(
      { text: "I write.", tools: [write("a.txt", "a")] },
      { tools: [write("b.txt", "b")] },
      { text: "Done." },
    );
    const { events, run } = await runToEnd(ada, projectId, { prompt, agent: "fullstack" });
    expect(run.status).toBe("completed");
    expect(
      events.flatMap((event) => (event.type === "revision.created" ? [[event.revision, event.paths]] : [])),
    ).toEqual([
      [1, ["a.txt"]],
      [2, ["b.txt"]],
    ]);
    expect(await ada.expect<FileContent>(200, `${at}/files/b.txt`)).toMatchObject({ content: "b", revision: 2 });
    const { data: revisions } = await ada.expect<Page<Revision>>(200, `${at}/revisions`);
    expect(revisions.map(({ author, runId }) => [author.kind, author.name, runId])).toEqual([
      ["agent", "fullstack", run.id],
      ["agent", "fullstack", run.id],
    ]);
    const { data: messages } = await ada.expect<Page<Message>>(200, `${at}/messages`);
    expect(messages).toMatchObject([
      { role: "user", runId: run.id, agent: null, content: [{ type: "text", text: prompt }] },
      {
        role: "assistant",
        agent: "fullstack",
        content: [
          { type: "text", text: "I write." },
          { type: "tool", name: "write_files", isError: false },
          { type: "tool", name: "write_files", isError: false },
          { type: "text", text: "Done." },
        ],
      },
    ]);
    const newest = await ada.expect<Page<Message>>(200, `${at}/messages?order=desc&limit=1`);
    expect(newest.data).toEqual([messages[1]]);
    const older = await ada.expect<Page<Message>>(
      200,
      `${at}/messages?order=desc&cursor=${newest.pagination.nextCursor}`,
    );
    expect(older.data).toEqual([messages[0]]);
    expect((await ada.problem(422, `${at}/messages?order=up`)).errors).toMatchObject([{ pointer: "?order" }]);
  });

  it("a run that is started during another one is queued, and starts by itself", async () => {
    const { ada, projectId } = await aProject();
    const first = await begin(
      ada,
      projectId,
      script({ tools: [write("a.txt", "first")], delayMs: 300 }, { text: "One." }),
    );
    const second = await begin(ada, projectId, script({ tools: [write("a.txt", "second")] }, { text: "Two." }));
    expect(second.status).toBe("queued");
    const two = await until(ada, second.id, "completed");
    const one = await ada.expect<Run>(200, `/v1/runs/${first.id}`);
    expect(one.status).toBe("completed");
    expect(Date.parse(two.startedAt ?? "")).toBeGreaterThanOrEqual(Date.parse(one.endedAt ?? ""));
    expect(await ada.expect<FileContent>(200, `/v1/projects/${projectId}/files/a.txt`)).toMatchObject({
      content: "second",
    });
    const { data } = await ada.expect<Page<Message>>(200, `/v1/projects/${projectId}/messages`);
    expect(data.map(({ runId, role }) => [runId, role])).toEqual([
      [first.id, "user"],
      [first.id, "assistant"],
      [second.id, "user"],
      [second.id, "assistant"],
    ]);
  });

  it("a start repeated under its Idempotency-Key returns the same run", async () => {
    const { ada, projectId } = await aProject();
    const init = { body: { prompt: script({ text: "Once." }) }, headers: { "Idempotency-Key": crypto.randomUUID() } };
    const one = await ada.expect<Run>(202, `/v1/projects/${projectId}/runs`, init);
    const same = await ada.expect<Run>(202, `/v1/projects/${projectId}/runs`, init);
    expect(same.id).toBe(one.id);
    await until(ada, one.id, "completed");
    expect((await ada.expect<Page<Run>>(200, `/v1/projects/${projectId}/runs`)).data).toHaveLength(1);
  });

  it("a run is listed in the order of its start, with a key or without", async () => {
    const { ada, projectId } = await aProject();
    const runs = `/v1/projects/${projectId}/runs`;
    const started: string[] = [];
    for (const headers of [{ "Idempotency-Key": "one" }, undefined, { "Idempotency-Key": "three" }]) {
      // Empties the cached snapshot, so that the key is looked up before the run is inserted.
      await ada.expect(200, `/v1/projects/${projectId}`, { method: "PATCH", body: { name: crypto.randomUUID() } });
      const body = { prompt: script({ text: "Hello." }), agent: "fullstack" };
      const { id } = await ada.expect<Run>(202, runs, { body, ...(headers && { headers }) });
      started.unshift(id);
    }
    const list = await ada.expect<Page<Run>>(200, runs);
    expect(list.data.map(({ id }) => id)).toEqual(started);
  });

  it("a start repeated under its key with a stream returns the same stream", async () => {
    const { ada, projectId } = await aProject();
    const init = {
      body: { prompt: script({ text: "Once." }) },
      headers: { "Idempotency-Key": crypto.randomUUID(), Accept: "text/event-stream" },
    };
    const stream = await ada.request(`/v1/projects/${projectId}/runs`, init);
    expect(stream.headers.get("content-type")).toMatch(/^text\/event-stream/);
    expect(stream.headers.get("location")).toMatch(/^\/v1\/runs\/run_/);
    const events = parseFrames(await stream.text());
    const again = await ada.request(`/v1/projects/${projectId}/runs`, init);
    expect(again.status).toBe(202);
    expect(again.headers.get("idempotent-replayed")).toBe("true");
    expect(again.headers.get("location")).toBe(stream.headers.get("location"));
    expect(parseFrames(await again.text())).toEqual(events);
  });

  it("a run ends when the model's output contains characters that PostgreSQL refuses", async () => {
    const { ada, projectId } = await aProject();
    const tools = [{ name: "read_files", input: { paths: ["half \ud83d pair"] } }];
    const { run } = await runToEnd(ada, projectId, {
      prompt: script({ text: "Nothing: \u0001.", tools }, { text: "Done." }),
    });
    expect(run.status).toBe("completed");
    const { data } = await ada.expect<Page<Message>>(200, `/v1/projects/${projectId}/messages`);
    expect(data).toHaveLength(2);
    expect(data[1]?.content.at(-1)).toEqual({ type: "text", text: "Done." });
  });

  it("a run accepts images larger than a row of SQLite", async () => {
    const { ada, projectId } = await aProject();
    const images = [
      { mediaType: "image/png", data: "iVBORw0KGgoA" },
      { mediaType: "image/jpeg", data: `/9j/${"A".repeat(2_400_000)}` },
    ];
    const { run } = await runToEnd(ada, projectId, { prompt: script({ text: "I see." }), images });
    expect(run).toMatchObject({ status: "completed" });
    expect(run).not.toHaveProperty("images");
  });

  it("a run's events are paged after its end", async () => {
    const { ada, projectId } = await aProject();
    const { events, run } = await runToEnd(ada, projectId, { prompt: script({ text: "One two three." }) });
    const first = await page(ada, run.id, "?limit=3");
    expect(first).toMatchObject({ nextAfter: 3, upToDate: false, closed: false });
    const rest = await page(ada, run.id, "?after=3");
    expect(rest).toMatchObject({ nextAfter: run.lastSeq, upToDate: true, closed: true });
    expect([...first.data, ...rest.data]).toEqual(events);
  });
});
