import { describe, expect, inject, it, onTestFinished, vi } from "vitest";
import { anthropicModel } from "../../../worker/agents/index.ts";
import type { Config } from "../../../worker/config/index.ts";
import type { OddAnswer, OddRequest } from "./odd-server.ts";
import { runOf } from "./run.ts";

// The loop over the real SDK, in workerd, against servers of the Messages API that each have ways of their own.

const url = inject("oddUrl");
const ids = { fast: "qwen3-small", balanced: "qwen3-coder", deep: "qwen3-large" };

const ev = (type: string, data: object = {}) => `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`;
const start = (usage: unknown = { input_tokens: 100, output_tokens: 1 }) =>
  ev("message_start", { message: { type: "message", role: "assistant", content: [], usage } });
const text = (words: string, index = 0) =>
  ev("content_block_start", { index, content_block: { type: "text", text: "" } }) +
  ev("content_block_delta", { index, delta: { type: "text_delta", text: words } }) +
  ev("content_block_stop", { index });
const tool = (id: string, name: string, input: object = {}, index = 0) =>
  ev("content_block_start", { index, content_block: { type: "tool_use", id, name, input: {} } }) +
  ev("content_block_delta", { index, delta: { type: "input_json_delta", partial_json: JSON.stringify(input) } }) +
  ev("content_block_stop", { index });
const delta = (stop_reason: string | null, usage: unknown = { output_tokens: 9 }) =>
  ev("message_delta", { delta: { stop_reason }, usage });
const stop = ev("message_stop");
const say = (words: string) => start() + text(words) + delta("end_turn") + stop;
const call = (name: string, input: object = {}) =>
  start() + tool(`toolu_${name}`, name, input) + delta("tool_use") + stop;
const json = (body: unknown, status = 200): OddAnswer => ({
  status,
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
});

let number = 0;

/** A run against a server that gives these answers one after another, and what it was asked. */
async function against(
  answers: OddAnswer[],
  { path = "", idleMs = 5_000, ...changes }: Partial<Config["model"]> & { path?: string; idleMs?: number } = {},
  setting: Parameters<typeof runOf>[1] = {},
  logLevel: Config["logLevel"] = "silent",
) {
  const name = `case${++number}`;
  await fetch(`${url}/scripts/${name}`, { method: "PUT", body: JSON.stringify(answers) });
  const model: Config["model"] = {
    apiKey: "gateway-key",
    baseUrl: `${url}/${name}${path}`,
    isLoopback: true,
    headers: {},
    scripted: false,
    ids,
    prices: { fast: null, balanced: null, deep: null },
    ...changes,
  };
  const run = runOf(anthropicModel({ model, logLevel }, { idleMs }), setting);
  return {
    ...run,
    asked: async (): Promise<OddRequest[]> => (await fetch(`${url}/scripts/${name}`)).json(),
    retried: () => run.journal.log.flatMap((event) => (event.type === "step.retried" ? [event.reason] : [])),
    texts: () => run.journal.log.flatMap((event) => (event.type === "text.done" ? [event.text] : [])),
  };
}

describe("an answer of another server", () => {
  it.each<[string, OddAnswer]>([
    ["has no event lines", { body: say("Hello.").replace(/^event: .*\n/gm, "") }],
    ["has no event lines, and [DONE]", { body: `${say("Hello.").replace(/^event: .*\n/gm, "")}data: [DONE]\n\n` }],
    ["ends with [DONE] alone", { body: `${start()}${text("Hello.")}data: [DONE]\n\n`, after: "hold" }],
    ["has CRLF line ends", { body: say("Hello.").replaceAll("\n", "\r\n") }],
    [
      "has comments and pings",
      { body: `: hi\n\n${start()}${ev("ping")}${text("Hello.")}: x\n\n${ev("ping")}${delta("end_turn")}${stop}` },
    ],
    [
      "has events of unknown types",
      { body: `${start()}${ev("metrics", { x: 1 })}${text("Hello.")}${delta("end_turn")}${stop}` },
    ],
    [
      "has blocks of unknown types",
      {
        body: `${start()}${ev("content_block_start", { index: 0, content_block: { type: "server_note", note: 1 } })}${text("Hello.", 1)}${delta("end_turn")}${stop}`,
      },
    ],
    ["has no message_start", { body: text("Hello.") + delta("end_turn") + stop }],
    [
      "has no content_block_start",
      {
        body:
          start() +
          ev("content_block_delta", { index: 0, delta: { type: "text_delta", text: "Hello." } }) +
          delta("end_turn") +
          stop,
      },
    ],
    ["has no message_stop", { body: start() + text("Hello.") + delta("end_turn") }],
    ["has no stop reason", { body: start() + text("Hello.") + delta(null) + stop }],
    ["begins with a byte order mark", { body: `\ufeff${say("Hello.")}` }],
    ["names its events apart from their data", { body: say("Hello.").replace(/^(event: .*)\n/gm, "$1\n\n") }],
    [
      "is a whole message",
      json({
        type: "message",
        role: "assistant",
        content: [{ type: "text", text: "Hello." }],
        stop_reason: "end_turn",
        usage: { input_tokens: 5, output_tokens: 2 },
      }),
    ],
    [
      "is a whole message without a type for its body",
      {
        ...json({ type: "message", content: [{ type: "text", text: "Hello." }], stop_reason: "end_turn" }),
        headers: {},
      },
    ],
    [
      "is a line of JSON for each event",
      {
        body: say("Hello.")
          .replace(/^event: .*\n/gm, "")
          .replace(/^data: /gm, "")
          .replaceAll("\n\n", "\n"),
      },
    ],
    ["keeps the connection open", { body: say("Hello."), after: "hold" }],
    ["pings for ever after its end", { body: say("Hello."), after: "pings" }],
    ["breaks the connection after its end", { body: say("Hello."), after: "break" }],
  ])("is understood where it %s", async (_what, answer) => {
    const run = await against([answer]);
    const outcome = await run.go();
    expect(outcome).toMatchObject({ status: "completed" });
    expect(run.retried()).toEqual([]);
    expect(run.texts()).toEqual(["Hello."]);
  });

  it("is taken as whole where its stop reason came and then pings alone", async () => {
    const run = await against([{ body: start() + text("Hello.") + delta("end_turn"), after: "pings" }], {
      idleMs: 200,
    });
    expect((await run.go()).status).toBe("completed");
    expect(run.retried()).toEqual([]);
  });

  it("is given up where nothing but pings comes, and asked for once more", async () => {
    const pings = await against([{ body: start(), after: "pings" }], { idleMs: 200 });
    const outcome = await pings.go();
    expect(outcome).toMatchObject({
      status: "failed",
      error: { code: "model_failed", detail: expect.stringContaining("silent") },
    });
    expect(await pings.asked()).toHaveLength(2);
  });

  it.each<[string, OddAnswer, RegExp]>([
    [
      "is a web page",
      { headers: { "content-type": "text/html" }, body: "<!doctype html><title>Sign in</title>" },
      /web page/,
    ],
    [
      "is of another API",
      json({ id: "x", object: "chat.completion", choices: [{ message: { content: "Hello." } }] }),
      /another API/,
    ],
    [
      "streams another API",
      { body: 'data: {"object":"chat.completion.chunk","choices":[{"delta":{"content":"Hi"}}]}\n\ndata: [DONE]\n\n' },
      /another API/,
    ],
    ["is no JSON", { body: "data: hello\n\n" }, /no JSON/],
    ["is a redirect", { status: 307, headers: { location: "https://elsewhere.example/v1/messages" } }, /redirects/],
    ["says that there is nothing", json({}, 404), /no Messages API/],
    [
      "says that there is nothing, as a page",
      { status: 404, headers: { "content-type": "text/html" }, body: "<html>404</html>" },
      /no Messages API/,
    ],
    [
      "calls everything api_error, a 404 too",
      json({ type: "error", error: { type: "api_error", message: "Not Found" } }, 404),
      /no Messages API/,
    ],
    ["refuses the key", json({ error: { type: "api_error", message: "bad key" } }, 401), /credentials/],
    [
      "names a wrong model",
      json({ error: { message: "model 'qwen3-coder' not found" } }, 404),
      /does not know the model/,
    ],
  ])("ends the run at its first attempt, with a reason in words, where it %s", async (_what, answer, words) => {
    const run = await against([answer]);
    const outcome = await run.go();
    expect(outcome).toMatchObject({
      status: "failed",
      error: { code: "model_not_configured", detail: expect.stringMatching(words) },
    });
    expect(await run.asked()).toHaveLength(1);
    expect(JSON.stringify(outcome)).not.toContain("elsewhere.example");
  });

  it("reaches the operator's log in its own words, without the key, and nobody else", async () => {
    const lines: string[] = [];
    const spy = vi.spyOn(console, "log").mockImplementation((line: unknown) => void lines.push(String(line)));
    onTestFinished(() => spy.mockRestore());
    const words = "TypeError: no tool at /srv/gateway/index.js:3 for gateway-key and tenant-secret";
    const run = await against(
      [json({ error: { type: "api_error", message: words } }, 400)],
      { headers: { "x-tenant": "tenant-secret" } },
      {},
      "warn",
    );
    const outcome = await run.go();
    expect(outcome).toMatchObject({ status: "failed", error: { code: "model_failed" } });
    expect(JSON.stringify([outcome, run.journal.log])).not.toMatch(/TypeError|srv/);
    const line = lines.find((one) => one.includes("model.failed"));
    expect(JSON.parse(line ?? "{}")).toMatchObject({ kind: "invalid", status: 400, model: "qwen3-coder" });
    expect(line).toContain("/srv/gateway/index.js");
    expect(line).not.toMatch(/gateway-key|tenant-secret/);
  });

  it("that is an error in an answer called a success is that error", async () => {
    const answers = [
      json({ type: "error", error: { type: "overloaded_error", message: "busy" } }),
      { body: say("Hello.") },
    ];
    const run = await against(answers);
    expect((await run.go()).status).toBe("completed");
    expect(run.retried()).toEqual(["overloaded"]);
  });

  it("has one block for each of its own, whatever their index and ids", async () => {
    const files = (path: string) => ({ files: [{ path, content: path }] });
    const two =
      start() +
      text("Two files.") +
      tool("call_0", "write_files", files("a.txt")) +
      tool("call_0", "write_files", files("b.txt"));
    const run = await against([
      { body: two + delta("tool_use") + stop },
      { body: call("list_files") },
      { body: say("Done.") },
    ]);
    expect((await run.go()).status).toBe("completed");
    expect([run.workspace.content("a.txt"), run.workspace.content("b.txt")]).toEqual(["a.txt", "b.txt"]);
    expect(run.texts()).toEqual(["Two files.", "Done."]);
    const shown = run.journal.log.flatMap((event) => (event.type === "tool.done" ? [event.toolUseId] : []));
    expect(new Set(shown).size).toBe(3);
  });

  it("has thoughts that are handed back only with a signature", async () => {
    const thought =
      ev("content_block_start", { index: 0, content_block: { type: "thinking" } }) +
      ev("content_block_delta", { index: 0, delta: { type: "thinking_delta", thinking: "Hm." } }) +
      ev("content_block_stop", { index: 0 });
    const run = await against([
      { body: start() + thought + tool("t", "list_files", {}, 1) + delta("tool_use") + stop },
      { body: say("Done.") },
    ]);
    expect((await run.go()).status).toBe("completed");
    expect(JSON.stringify((await run.asked())[1]?.body)).not.toContain("thinking");
  });
});

describe("a server that tells no tokens", () => {
  it.each([
    ["0 everywhere", { input_tokens: 0, output_tokens: 0 }],
    ["null", null],
    ["nothing", {}],
  ])("is counted by the estimate: %s", async (_what, usage) => {
    const run = await against([{ body: start(usage) + text("word ".repeat(300)) + delta("end_turn", usage) + stop }]);
    const { usage: counted } = await run.go();
    expect(counted.outputTokens).toBe(500);
    expect(counted.inputTokens).toBeGreaterThan(1_000);
  });

  it("does not run past a budget of tokens", async () => {
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

describe("an answer that is not heard to its end", () => {
  const long = "word ".repeat(12_000);

  it("costs what was heard where the run is cancelled", async () => {
    const run = await against([{ body: start({ input_tokens: 700, output_tokens: 1 }) + text(long), after: "hold" }]);
    const going = run.go();
    await expect.poll(run.texts).toHaveLength(1);
    run.stop.abort();
    const { status, usage } = await going;
    expect(status).toBe("cancelled");
    expect(usage).toMatchObject({ inputTokens: 700, outputTokens: 20_000 });
  });

  it("costs what was heard where the connection breaks, in every attempt", async () => {
    const broken: OddAnswer = { body: start({ input_tokens: 700, output_tokens: 1 }) + text(long), after: "break" };
    const run = await against([broken, { body: say("Whole.") }]);
    const { usage } = await run.go();
    expect(run.retried()).toEqual(["cut"]);
    expect(usage).toMatchObject({ inputTokens: 800, outputTokens: 20_009 });
    const told = run.journal.log.flatMap((event) => (event.type === "usage.updated" ? [event.usage.outputTokens] : []));
    expect(told).toEqual([20_000, 20_009]);
  });
});

describe("the address of a model's server", () => {
  it.each(["", "/", "/v1", "/v1/", "/v1/messages"])("may end in %j", async (path) => {
    const run = await against([{ body: say("Hello.") }], { path });
    expect((await run.go()).status).toBe("completed");
    expect((await run.asked()).map(({ url: asked }) => asked.replace(/^\/case\d+/, ""))).toEqual(["/v1/messages"]);
  });

  it("keeps its prefix and its query", async () => {
    const run = await against([{ body: say("Hello.") }], { path: "/api/v1?region=eu" });
    expect((await run.go()).status).toBe("completed");
    expect((await run.asked())[0]?.url).toMatch(/\/api\/v1\/messages\?region=eu$/);
  });

  it("gets the key in both headers, and the operator's own", async () => {
    const run = await against([{ body: say("Hello.") }], { headers: { "x-portkey-provider": "bedrock" } });
    await run.go();
    expect((await run.asked())[0]?.headers).toMatchObject({
      authorization: "Bearer gateway-key",
      "x-api-key": "gateway-key",
      "anthropic-version": "2023-06-01",
      "x-portkey-provider": "bedrock",
    });
  });

  it("gets the operator's headers in the place of ours", async () => {
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
  ])("of %s is asked for once more, with a word on why", async (_what, answer) => {
    const run = await against([answer, { body: say("Hello.") }]);
    expect((await run.go()).status).toBe("completed");
    expect(run.retried()).toEqual(["empty"]);
    const [first, second] = await run.asked();
    expect(JSON.stringify(second?.body)).toContain("Your last answer was empty");
    expect(JSON.stringify(first?.body)).not.toContain("Your last answer was empty");
  });

  it("that comes again ends the run by name where nothing was done", async () => {
    const run = await against([empty]);
    expect(await run.go()).toMatchObject({
      status: "failed",
      error: { code: "model_failed", detail: expect.stringContaining("empty") },
    });
    expect(await run.asked()).toHaveLength(2);
  });

  it("that comes again after work was done ends the run in our words", async () => {
    const run = await against([{ body: call("list_files") }, empty]);
    expect((await run.go()).status).toBe("completed");
    expect(run.texts()).toEqual([expect.stringContaining("without a final answer")]);
    expect(run.retried()).toEqual(["empty"]);
  });
});
