import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ScriptedModel, startScriptedModel } from "../../../dev/model/index.ts";
import { client, drive, offered } from "./drive.ts";

let model: ScriptedModel;
beforeAll(async () => {
  model = await startScriptedModel();
});
afterAll(() => model.close());

const requestBody = (prompt: string, more: object = {}) => ({
  model: "claude-test",
  max_tokens: 16_000,
  messages: [{ role: "user" as const, content: prompt }],
  ...more,
});

const post = async (body: unknown, headers: Record<string, string> = {}) => {
  const response = await fetch(`${model.url}/v1/messages`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-api-key": "k", "anthropic-version": "2023-06-01", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  return { status: response.status, requestId: response.headers.get("request-id"), body: await response.json() };
};

describe("the answer on the wire", () => {
  it("A response has the events of the Messages API in order", async () => {
    const types: string[] = [];
    for await (const event of (await client(model.url).messages.create(
      requestBody("[[text of 3 words]]", { stream: true }) as never,
    )) as never as AsyncIterable<{ type: string }>) {
      if (types.at(-1) !== event.type) types.push(event.type);
    }
    expect(types).toEqual([
      "message_start",
      "content_block_start",
      "content_block_delta",
      "content_block_stop",
      "message_delta",
      "message_stop",
    ]);
  });

  it("A response is the same message with and without streaming, except for its ids", async () => {
    const request = requestBody("Make a todo list", { tools: offered(["list_files", "write_files"]) });
    const whole = await client(model.url).messages.create(request);
    const streamed = await client(model.url).messages.stream(request).finalMessage();
    const plain = (message: typeof whole) => message.content.map((block) => ({ ...block, id: "" }));
    expect(plain(whole)).toEqual(plain(streamed));
    expect(whole.usage.output_tokens).toBe(streamed.usage.output_tokens);
    expect(whole.content.at(-1)).toMatchObject({ type: "tool_use", name: "list_files" });
    expect(JSON.stringify(whole.content)).not.toBe(JSON.stringify(streamed.content));
  });

  it("A response streams ten thousand numbered deltas without losing one", async () => {
    let deltas = 0;
    const stream = client(model.url).messages.stream(requestBody("[[stream 10000 deltas at 0 ms]]"));
    stream.on("text", () => deltas++);
    const text = await stream.finalText();
    expect(deltas).toBe(10_000);
    expect(text).toBe(Array.from({ length: 10_000 }, (_, place) => `w${place + 1}`).join(" "));
  });

  it("Usage counts everything before the last answer as a cache read", async () => {
    const { messages } = await drive(model.url, "Make a todo list");
    const system = [{ type: "text" as const, text: "x".repeat(4_000), cache_control: { type: "ephemeral" as const } }];
    const first = await client(model.url).messages.create({ ...requestBody("Make a todo list"), system });
    expect(first.usage.cache_creation_input_tokens).toBeGreaterThan(1_000);
    expect(first.usage.cache_read_input_tokens).toBe(0);
    const later = await client(model.url).messages.create({
      ...requestBody("x"),
      system,
      tools: offered(["list_files"]),
      messages: messages.slice(0, 3),
    });
    expect(later.usage.cache_read_input_tokens).toBeGreaterThan(1_000);
    expect(later.usage.cache_creation_input_tokens).toBe(0);
  });

  it("A response stops at max_tokens", async () => {
    const message = await client(model.url).messages.create({
      ...requestBody("[[text of 500 words]]"),
      max_tokens: 20,
    });
    expect(message.stop_reason).toBe("max_tokens");
  });

  it("A forced tool receives the enumerated value that the prompt names", async () => {
    const schema = {
      type: "object" as const,
      properties: { agent: { enum: ["fullstack", "debugger"] } },
      required: ["agent"],
    };
    const message = await client(model.url).messages.create({
      ...requestBody("Is this for the debugger?"),
      tools: [{ name: "choose", input_schema: schema }],
      tool_choice: { type: "tool", name: "choose" },
    });
    expect(message.content).toMatchObject([{ type: "tool_use", name: "choose", input: { agent: "debugger" } }]);
  });

  it("GET / describes the scripted model", async () => {
    const about: unknown = await (await fetch(model.url)).json();
    expect(about).toMatchObject({ scripted: true, prompts: expect.arrayContaining([expect.anything()]) });
  });
});

describe("a malformed request", () => {
  const use = { type: "tool_use", id: "toolu_1", name: "list_files", input: {} };
  const tools = offered(["list_files"]);
  const user = (content: unknown) => ({ role: "user", content });
  const result = (id: string) => ({ type: "tool_result", tool_use_id: id, content: "ok" });

  it.each([
    ["no messages", { messages: [] }],
    ["an unknown role", { messages: [{ role: "tool", content: "x" }] }],
    ["an empty text block", { messages: [user([{ type: "text", text: "" }])] }],
    ["an assistant's message first", { messages: [{ role: "assistant", content: "x" }, user("y")] }],
    ["an assistant's message last", { messages: [user("y"), { role: "assistant", content: "x" }] }],
    ["a result without its call", { tools, messages: [user([result("toolu_9")])] }],
    ["a call without its result", { tools, messages: [user("a"), { role: "assistant", content: [use] }, user("b")] }],
    [
      "a result twice",
      {
        tools,
        messages: [user("a"), { role: "assistant", content: [use] }, user([result("toolu_1"), result("toolu_1")])],
      },
    ],
    [
      "text before a result",
      {
        tools,
        messages: [
          user("a"),
          { role: "assistant", content: [use] },
          user([{ type: "text", text: "t" }, result("toolu_1")]),
        ],
      },
    ],
    ["calls but no tools", { messages: [user("a"), { role: "assistant", content: [use] }, user([result("toolu_1")])] }],
    ["two tools of one name", { tools: [...tools, ...tools] }],
    ["an unknown field", { speling: true }],
    ["no max_tokens", { max_tokens: undefined }],
    [
      "five cache marks",
      {
        messages: [
          user(Array.from({ length: 5 }, () => ({ type: "text", text: "x", cache_control: { type: "ephemeral" } }))),
        ],
      },
    ],
  ])("A request with %s is an invalid_request_error", async (_, change) => {
    const { status, requestId, body } = await post({ ...requestBody("x"), ...change });
    expect(status).toBe(400);
    expect(requestId).toMatch(/^req_/);
    expect(body).toMatchObject({ type: "error", error: { type: "invalid_request_error" }, request_id: requestId });
  });

  it("A request that is not JSON, or lacks a header, is rejected", async () => {
    expect((await post("{")).status).toBe(400);
    expect((await post(requestBody("x"), { "x-api-key": "" })).body).toMatchObject({
      error: { type: "authentication_error" },
    });
    expect((await post(requestBody("x"), { "anthropic-version": "" })).status).toBe(400);
  });
});
