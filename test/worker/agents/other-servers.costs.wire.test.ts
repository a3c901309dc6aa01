import { describe, expect, it } from "vitest";
import { against, call, delta, say, start, stop, text, tool } from "./against-odd-server.ts";
import type { OddAnswer } from "./odd-server.ts";

// The cost of answers of other servers, variants of the base URL, and empty answers.

describe("a server that reports no tokens", () => {
  it.each([
    ["0 everywhere", { input_tokens: 0, output_tokens: 0 }],
    ["null", null],
    ["nothing", {}],
  ])("an answer without reported tokens is estimated: %s", async (_what, usage) => {
    const run = await against([{ body: start(usage) + text("word ".repeat(300)) + delta("end_turn", usage) + stop }]);
    const { usage: counted } = await run.go();
    expect(counted.outputTokens).toBe(500);
    expect(counted.inputTokens).toBeGreaterThan(1_000);
  });

  it("a run without reported tokens does not exceed its budget of tokens", async () => {
    const write = (path: string) => ({ files: [{ path, content: "word ".repeat(400) }] });
    const endless = {
      body:
        start({ input_tokens: 0, output_tokens: 0 }) +
        tool("t", "write_files", write("a.txt")) +
        delta("tool_use", { output_tokens: 0 }) +
        stop,
    };
    const run = await against([endless], {}, { budget: { tokens: 20_000 } });
    expect(await run.go()).toMatchObject({ status: "failed", error: { code: "budget_exceeded" } });
    const sent = (await run.asked()).reduce((sum, { body }) => sum + JSON.stringify(body).length, 0);
    expect(sent / 4).toBeLessThanOrEqual(20_000);
  });
});

describe("an answer that is not read to its end", () => {
  const long = "word ".repeat(12_000);

  it("a cancelled answer costs what was streamed", async () => {
    const run = await against([{ body: start({ input_tokens: 700, output_tokens: 1 }) + text(long), after: "hold" }]);
    const going = run.go();
    await expect.poll(run.texts).toHaveLength(1);
    run.stop.abort();
    const { status, usage } = await going;
    expect(status).toBe("cancelled");
    expect(usage).toMatchObject({ inputTokens: 700, outputTokens: 20_000 });
  });

  it("every broken attempt costs what was streamed", async () => {
    const broken: OddAnswer = { body: start({ input_tokens: 700, output_tokens: 1 }) + text(long), after: "break" };
    const run = await against([broken, { body: say("Whole.") }]);
    const { usage } = await run.go();
    expect(run.retried()).toEqual(["cut"]);
    expect(usage).toMatchObject({ inputTokens: 800, outputTokens: 20_009 });
    const told = run.journal.log.flatMap((event) => (event.type === "usage.updated" ? [event.usage.outputTokens] : []));
    expect(told).toEqual([20_000, 20_009]);
  });
});

describe("the base URL of a model's server", () => {
  it.each(["", "/", "/v1", "/v1/", "/v1/messages"])("the base URL may end in %j", async (path) => {
    const run = await against([{ body: say("Hello.") }], { path });
    expect((await run.go()).status).toBe("completed");
    expect((await run.asked()).map(({ url: asked }) => asked.replace(/^\/case\d+/, ""))).toEqual(["/v1/messages"]);
  });

  it("the base URL keeps its prefix and its query", async () => {
    const run = await against([{ body: say("Hello.") }], { path: "/api/v1?region=eu" });
    expect((await run.go()).status).toBe("completed");
    expect((await run.asked())[0]?.url).toMatch(/\/api\/v1\/messages\?region=eu$/);
  });

  it("another server gets the key in both headers, and the operator's headers", async () => {
    const run = await against([{ body: say("Hello.") }], { headers: { "x-portkey-provider": "bedrock" } });
    await run.go();
    expect((await run.asked())[0]?.headers).toMatchObject({
      authorization: "Bearer gateway-key",
      "x-api-key": "gateway-key",
      "anthropic-version": "2023-06-01",
      "x-portkey-provider": "bedrock",
    });
  });

  it("the operator's headers replace ours", async () => {
    const run = await against([{ body: say("Hello.") }], {
      headers: { authorization: "Basic abc", "anthropic-version": "2026-10-21" },
    });
    await run.go();
    expect((await run.asked())[0]?.headers).toMatchObject({
      authorization: "Basic abc",
      "anthropic-version": "2026-10-21",
    });
  });
});

describe("an empty answer", () => {
  const empty: OddAnswer = { body: start() + delta("end_turn") + stop };
  const blank: OddAnswer = { body: start() + text("\n\n") + delta("end_turn") + stop };

  it.each([
    ["nothing", empty],
    ["white space", blank],
  ])("an empty answer of %s is requested once more, with a note on why", async (_what, answer) => {
    const run = await against([answer, { body: say("Hello.") }]);
    expect((await run.go()).status).toBe("completed");
    expect(run.retried()).toEqual(["empty"]);
    const [first, second] = await run.asked();
    expect(JSON.stringify(second?.body)).toContain("Your last answer was empty");
    expect(JSON.stringify(first?.body)).not.toContain("Your last answer was empty");
  });

  it("a second empty answer fails the run when nothing was done", async () => {
    const run = await against([empty]);
    expect(await run.go()).toMatchObject({
      status: "failed",
      error: { code: "model_failed", detail: expect.stringContaining("empty") },
    });
    expect(await run.asked()).toHaveLength(2);
  });

  it("a second empty answer ends the run in our words when work was done", async () => {
    const run = await against([{ body: call("list_files") }, empty]);
    expect((await run.go()).status).toBe("completed");
    expect(run.texts()).toEqual([expect.stringContaining("without a final answer")]);
    expect(run.retried()).toEqual(["empty"]);
  });
});
