import Anthropic from "@anthropic-ai/sdk";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Fault, type ScriptedModel, startScriptedModel } from "../../../dev/model/index.ts";
import { client, drive, offered } from "./drive.ts";

let model: ScriptedModel;
beforeAll(async () => {
  model = await startScriptedModel();
});
afterAll(() => model.close());

const request = (prompt: string) => ({
  model: "claude-test",
  max_tokens: 16_000,
  tools: offered(["list_files", "write_files"]),
  messages: [{ role: "user" as const, content: prompt }],
});

const stream = (prompt: string, maxRetries = 0) => client(model.url, { maxRetries }).messages.stream(request(prompt));

const failure = async (promise: Promise<unknown>): Promise<Error> => {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error("It did not fail");
};

describe("a script in the prompt", () => {
  it("A script in the prompt is played turn by turn, whatever the tools return", async () => {
    const turns = [
      {
        text: "First.",
        tools: [{ name: "write_files", input: { files: [{ path: "a.txt", content: "a" }] } }, { name: "list_files" }],
      },
      { tools: [{ name: "read_files", input: { paths: ["nowhere"] } }], delayMs: 5 },
      { text: "Done." },
    ];
    const run = await drive(model.url, `Please.\n\`\`\`script\n${JSON.stringify(turns)}\n\`\`\`\n`);
    expect(run.steps.map(({ text, calls }) => [text, calls.map(({ name }) => name)])).toEqual([
      ["First.", ["write_files", "list_files"]],
      ["", ["read_files"]],
      ["Done.", []],
    ]);
    expect(run.files.get("a.txt")).toBe("a");
  });

  it("An unreadable script in the prompt is answered with the parse error", async () => {
    const run = await drive(model.url, "```script\n[{]\n```");
    expect(run.steps[0]?.text).toContain("cannot be read");
  });
});

describe("controls in the prompt", () => {
  it("[[five steps]] writes five files in five steps", async () => {
    const run = await drive(model.url, "Go: [[five steps]]");
    expect(run.steps).toHaveLength(6);
    expect([...run.files.keys()]).toEqual([1, 2, 3, 4, 5].map((step) => `steps/${step}.txt`));
  });

  it("[[stream N deltas at R per second]] keeps the rate", async () => {
    const startedAt = performance.now();
    await stream("[[stream 100 deltas at 500 per second]]").finalText();
    expect(performance.now() - startedAt).toBeGreaterThan(150);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });

  it("[[slow N ms]] slows any conversation down", async () => {
    const startedAt = performance.now();
    await stream("[[slow 10 ms]] [[text of 30 words]]").finalText();
    expect(performance.now() - startedAt).toBeGreaterThan(100);
  });

  it("[[fail 529 2 times]] fails two requests, and a client that retries twice succeeds", async () => {
    expect(await stream("[[fail 529 2 times]] [[text of 2 words]]", 2).finalText()).toBe("w1 w2");
    const error = await failure(stream("[[fail 529 2 times]] [[text of 2 words]]").finalText());
    expect(error).toMatchObject({ status: 529, type: "overloaded_error" });
  });

  it("[[… on step 2]] does not affect the first step", async () => {
    const error = await failure(drive(model.url, "Make a small game [[fail 500 on step 2]]"));
    expect(error).toMatchObject({ status: 500, type: "api_error" });
    expect(model.requests.at(-1)).toMatchObject({ step: 2, conversation: "game" });
  });

  it("[[cut at N bytes]] breaks the connection in the middle", async () => {
    let text = "";
    const cut = stream("[[cut at 3000 bytes]] [[text of 500 words]]").on("text", (delta) => {
      text += delta;
    });
    await failure(cut.finalText());
    expect(text).toMatch(/^w1 w2/);
    expect(text).not.toContain("w500");
  });

  it("[[overloaded after N deltas]] ends the stream with an error event", async () => {
    let deltas = 0;
    const broken = stream("[[overloaded after 5 deltas]] [[text of 500 words]]").on("text", () => deltas++);
    const error = await failure(broken.finalText());
    expect(error).toBeInstanceOf(Anthropic.APIError);
    expect(error).toMatchObject({ type: "overloaded_error" });
    expect(deltas).toBe(5);
  });

  it("[[max tokens in tool]] stops inside the tool call", async () => {
    const message = await stream("Make a small game [[max tokens in tool]]").finalMessage();
    expect(message.stop_reason).toBe("max_tokens");
    expect(message.content.at(-1)).toMatchObject({ type: "tool_use", name: "list_files" });
  });

  it("A text cut off by max_tokens continues where it stopped when the client asks for the rest", async () => {
    const first = { ...request("[[text of 200 words]]"), max_tokens: 50 };
    const cut = await client(model.url).messages.create(first);
    expect(cut.stop_reason).toBe("max_tokens");
    const goOn = "Your answer was cut off at the output limit. Go on exactly where it stopped.";
    const messages = [
      ...first.messages,
      { role: "assistant" as const, content: cut.content },
      { role: "user" as const, content: goOn },
    ];
    const left = await client(model.url).messages.create({ ...request(""), messages });
    const text = [...cut.content, ...left.content].map((block) => (block.type === "text" ? block.text : "")).join("");
    expect(text).toBe(Array.from({ length: 200 }, (_, place) => `w${place + 1}`).join(" "));
  });

  it("[[malformed tool json]] reports a normal end", async () => {
    let json = "";
    const broken = stream(
      '[[malformed tool json]]\n```script\n[{"tools":[{"name":"write_files","input":{"files":[{"path":"a","content":"b"}]}}]}]\n```',
    );
    broken.on("inputJson", (delta) => {
      json += delta;
    });
    await broken.finalMessage().catch(() => undefined);
    expect(json.length).toBeGreaterThan(0);
    expect(() => JSON.parse(json)).toThrow();
  });

  it("[[refusal]] has no content", async () => {
    const message = await stream("[[refusal]]").finalMessage();
    expect(message).toMatchObject({ stop_reason: "refusal", content: [] });
  });

  it("[[hang]] sends nothing after the first event until the client disconnects", async () => {
    const hanging = stream("[[hang]] [[text of 5 words]]");
    const events: string[] = [];
    hanging.on("streamEvent", ({ type }) => {
      events.push(type);
      setTimeout(() => hanging.abort(), 100);
    });
    await failure(hanging.finalMessage());
    expect(events).toEqual(["message_start"]);
  });
});

describe("faults given from outside", () => {
  const ok = async () => (await stream("[[text of 2 words]]").finalText()) === "w1 w2";

  it("Queued faults strike the next requests in order, each as often as configured", async () => {
    model.addFaults({ kind: "status", status: 429, retryAfter: 7 }, { kind: "cut", atByte: 100, times: 2 });
    const limited = await failure(ok());
    expect(limited).toMatchObject({ status: 429, type: "rate_limit_error" });
    expect(limited instanceof Anthropic.APIError && limited.headers?.get("retry-after")).toBe("7");
    await failure(ok());
    await failure(ok());
    expect(await ok()).toBe(true);
  });

  it("Faults can be queued by an option, or over HTTP from another process", async () => {
    const other = await startScriptedModel({ faults: [{ kind: "status", status: 500 }] });
    const sendRequest = () => client(other.url).messages.stream(request("[[text of 1 words]]")).finalText();
    expect(await failure(sendRequest())).toMatchObject({ status: 500 });
    const faults: Fault[] = [{ kind: "status", status: 529 }];
    await fetch(`${other.url}/control/faults`, { method: "POST", body: JSON.stringify(faults) });
    expect(await failure(sendRequest())).toMatchObject({ status: 529 });
    const seen = await (await fetch(`${other.url}/control/requests`)).text();
    expect(seen.match(/"requestId"/g)).toHaveLength(2);
    expect(seen).not.toMatch(/x-api-key|authorization/);
    await other.close();
  });

  it("The server stops while a response is streaming", async () => {
    const other = await startScriptedModel();
    const slow = client(other.url).messages.stream(request("[[stream 1000 deltas at 100 ms]]"));
    const broken = failure(slow.finalText());
    await new Promise((resolve) => slow.on("text", resolve));
    await other.close();
    await broken;
  });
});
