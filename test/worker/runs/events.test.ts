import { describe, expect, it } from "vitest";
import { type Caller, parseFrames, type RunEvent, runToEnd } from "../stage/client.ts";
import { aProject, begin, page, script, until } from "./start.ts";

const words = "[[text of 200 words]]";
const stream = (caller: Caller, id: string, query = "", headers: Record<string, string> = {}) =>
  caller.request(`/v1/runs/${id}/events${query}`, { headers: { Accept: "text/event-stream", ...headers } });
const numbers = (events: RunEvent[]) => events.map(({ seq }) => seq);

describe("a run's SSE stream", () => {
  it("a run's stream sends frames with id, event and data, and first a retry interval", async () => {
    const { ada, projectId } = await aProject();
    const { run } = await runToEnd(ada, projectId, { prompt: script({ text: "Hello." }) });
    const answer = await stream(ada, run.id);
    expect(answer.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
    expect(answer.headers.get("cache-control")).toBe("no-store, no-transform");
    const text = await answer.text();
    expect(text.startsWith("retry: 2000\n\n")).toBe(true);
    const frames = text.split("\n\n").slice(1, -1);
    for (const [index, frame] of frames.entries()) {
      const [id, type, data] = frame.split("\n");
      const event = JSON.parse((data ?? "").slice("data: ".length));
      expect(id).toBe(`id: ${index + 1}`);
      expect(type).toBe(`event: ${event.type}`);
      expect(event).toMatchObject({ seq: index + 1, runId: run.id, at: expect.stringMatching(/T.*\.\d{3}Z$/) });
    }
    const types = parseFrames(text).map(({ type }) => type);
    expect(types.slice(0, 4)).toEqual(["run.created", "run.routed", "run.started", "step.started"]);
    expect(types.at(-1)).toBe("run.completed");
  });

  it("a run's done events repeat all text of their deltas", async () => {
    const { ada, projectId } = await aProject();
    const { events } = await runToEnd(ada, projectId, { prompt: words });
    const deltas = events.flatMap((event) => (event.type === "text.delta" ? [event.text] : [])).join("");
    const done = events.flatMap((event) => (event.type === "text.done" ? [event.text] : []));
    expect(done).toEqual([deltas]);
    expect(deltas.split(" ")).toHaveLength(200);
  });

  it("a run's stream resumes after any event without a gap or a repeat", async () => {
    const { ada, projectId } = await aProject();
    const { events, run } = await runToEnd(ada, projectId, { prompt: words });
    for (const after of [0, 1, Math.floor(run.lastSeq / 2), run.lastSeq - 1]) {
      const rest = parseFrames(await (await stream(ada, run.id, `?after=${after}`)).text());
      expect(rest).toEqual(events.slice(after));
    }
  });

  it("a run's stream prefers Last-Event-ID to the after parameter", async () => {
    const { ada, projectId } = await aProject();
    const { run } = await runToEnd(ada, projectId, { prompt: script({ text: "Hello." }) });
    const answer = await stream(ada, run.id, "?after=0", { "Last-Event-ID": String(run.lastSeq - 1) });
    expect(numbers(parseFrames(await answer.text()))).toEqual([run.lastSeq]);
    const json = await ada.request(`/v1/runs/${run.id}/events?after=1`, { headers: { "Last-Event-ID": "3" } });
    expect((await json.json<{ data: RunEvent[] }>()).data[0]?.seq).toBe(4);
  });

  it("a run's stream returns 204 after the terminal event", async () => {
    const { ada, projectId } = await aProject();
    const { run } = await runToEnd(ada, projectId, { prompt: script({ text: "Hello." }) });
    const answer = await stream(ada, run.id, `?after=${run.lastSeq}`);
    expect(answer.status).toBe(204);
    expect(await answer.text()).toBe("");
    expect(await page(ada, run.id, `?after=${run.lastSeq}`)).toMatchObject({ data: [], upToDate: true, closed: true });
  });

  it.each(["-1", "x", "1.5", "9999999999"])(
    "a run's stream returns 400 for after=%s, and for one beyond the newest event",
    async (after) => {
      const { ada, projectId } = await aProject();
      const { run } = await runToEnd(ada, projectId, { prompt: script({ text: "Hello." }) });
      expect((await ada.problem(400, `/v1/runs/${run.id}/events?after=${after}`)).code).toBe("invalid_after");
      const beyond = await ada.problem(400, `/v1/runs/${run.id}/events?after=${run.lastSeq + 1}`);
      expect(beyond).toMatchObject({ code: "invalid_after", lastSeq: run.lastSeq });
      expect((await ada.problem(400, `/v1/runs/${run.id}/events?limit=0`)).code).toBe("invalid_limit");
    },
  );

  it("a run's stream sends several viewers the same events, late ones too", async () => {
    const { ada, projectId } = await aProject();
    const run = await begin(ada, projectId, script({ text: "Slowly, word by word, for all to see.", paceMs: 15 }));
    const early = await Promise.all([stream(ada, run.id), stream(ada, run.id)]);
    const texts = await Promise.all(early.map((answer) => answer.text()));
    await until(ada, run.id, "completed");
    const late = await (await stream(ada, run.id)).text();
    for (const text of texts) expect(parseFrames(text)).toEqual(parseFrames(late));
  });

  it("a run's stream that was cut off resumes after the last received event", async () => {
    const { ada, projectId } = await aProject();
    const run = await begin(ada, projectId, "[[stream 120 deltas at 5 ms]]");
    const seen: RunEvent[] = [];
    for (let cuts = 0; ; cuts += 1) {
      const after = seen.at(-1)?.seq ?? 0;
      const answer = await stream(ada, run.id, "", after === 0 ? {} : { "Last-Event-ID": String(after) });
      if (answer.status === 204 || !answer.body) break;
      seen.push(...(await someFrames(answer.body)));
      if (cuts > 500) throw new Error("the run does not end");
    }
    expect(seen).toEqual((await page(ada, run.id, "?limit=1000")).data);
    expect(numbers(seen)).toEqual(seen.map((_, index) => index + 1));
  });
});

/** Reads complete frames until there is one, and then cuts the connection. */
async function someFrames(body: ReadableStream<Uint8Array>): Promise<RunEvent[]> {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { done, value } = await reader.read();
    text += value ?? "";
    const events = parseFrames(text.slice(0, text.lastIndexOf("\n\n") + 2));
    if (done || events.length > 0) {
      await reader.cancel();
      return events;
    }
  }
}
