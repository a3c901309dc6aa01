import { describe, expect, it, onTestFinished, vi } from "vitest";
import { against, call, delta, ev, json, say, start, stop, text, tool } from "./against-odd-server.ts";
import type { OddAnswer } from "./odd-server.ts";

// The loop over the real SDK, in workerd, against servers of the Messages API with their own variations.

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
  ])("an answer is understood when it %s", async (_what, answer) => {
    const run = await against([answer]);
    const outcome = await run.go();
    expect(outcome).toMatchObject({ status: "completed" });
    expect(run.retried()).toEqual([]);
    expect(run.texts()).toEqual(["Hello."]);
  });

  it("an answer is complete when only pings follow its stop reason", async () => {
    const run = await against([{ body: start() + text("Hello.") + delta("end_turn"), after: "pings" }], {
      idleMs: 200,
    });
    expect((await run.go()).status).toBe("completed");
    expect(run.retried()).toEqual([]);
  });

  it("An answer of nothing but pings times out, and is requested once more", async () => {
    const pings = await against([{ body: start(), after: "pings" }], { idleMs: 200 });
    const outcome = await pings.go();
    expect(outcome).toMatchObject({
      status: "failed",
      error: { code: "model_failed", detail: expect.stringContaining("stopped responding") },
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
    ["is no JSON", { body: "data: hello\n\n" }, /data that is not JSON/],
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
      /does not know the configured model/,
    ],
  ])("a run ends at its first attempt, with a reason in words, when the answer %s", async (_what, answer, words) => {
    const run = await against([answer]);
    const outcome = await run.go();
    expect(outcome).toMatchObject({
      status: "failed",
      error: { code: "model_not_configured", detail: expect.stringMatching(words) },
    });
    expect(await run.asked()).toHaveLength(1);
    expect(JSON.stringify(outcome)).not.toContain("elsewhere.example");
  });

  it("a server's own message reaches the operator's log alone, without the key", async () => {
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

  it("an error in a response with a success status is that error", async () => {
    const answers = [
      json({ type: "error", error: { type: "overloaded_error", message: "busy" } }),
      { body: say("Hello.") },
    ];
    const run = await against(answers);
    expect((await run.go()).status).toBe("completed");
    expect(run.retried()).toEqual(["overloaded"]);
  });

  it("an answer's blocks are separate, whatever their index and ids", async () => {
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

  it("an answer's thoughts are sent back only with a signature", async () => {
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
