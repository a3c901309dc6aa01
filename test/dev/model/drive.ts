import Anthropic from "@anthropic-ai/sdk";
import { type Files, runTool } from "./tools.ts";

type Step = { text: string; calls: { name: string; input: unknown; result: string; isError: boolean }[] };
export type Run = { steps: Step[]; files: Files; stopReason: string | null; messages: Anthropic.MessageParam[] };

const writing = ["write_files", "edit_file", "move_file", "delete_files"];
export const reading = ["list_files", "read_files", "search_files", "check", "read_logs"];
export const all = [
  ...reading,
  ...writing,
  "request_preview",
  "view_page",
  "list_access",
  "request_access",
  "ask_user",
];

export const client = (url: string, options: { maxRetries?: number } = {}) =>
  new Anthropic({ baseURL: url, apiKey: "test", maxRetries: options.maxRetries ?? 0 });

export const offered = (names: string[]): Anthropic.Tool[] =>
  names.map((name) => ({ name, input_schema: { type: "object" }, eager_input_streaming: true }));

type Options = { files?: Files; tools?: string[]; system?: string; answers?: Record<string, string>; limit?: number };

/** Drives a prompt through the SDK to its end. The tools work on an in-memory project. */
export async function drive(url: string, prompt: string, options: Options = {}): Promise<Run> {
  const files: Files = new Map(options.files ?? []);
  const messages: Anthropic.MessageParam[] = [{ role: "user", content: prompt }];
  const steps: Step[] = [];
  for (let count = 0; count < (options.limit ?? 20); count++) {
    const message = await client(url)
      .messages.stream({
        model: "claude-test",
        max_tokens: 64_000,
        system: options.system ?? "You build apps.",
        tools: offered(options.tools ?? all),
        messages,
      })
      .finalMessage();
    messages.push({ role: "assistant", content: message.content });
    const calls = message.content.flatMap((block) => {
      if (block.type !== "tool_use") return [];
      return [
        {
          id: block.id,
          name: block.name,
          input: block.input,
          ...runTool(files, block.name, block.input, options.answers),
        },
      ];
    });
    const text = message.content.map((block) => (block.type === "text" ? block.text : "")).join("");
    steps.push({ text, calls: calls.map(({ id: _, ...call }) => call) });
    if (message.stop_reason !== "tool_use") return { steps, files, stopReason: message.stop_reason, messages };
    messages.push({
      role: "user",
      content: calls.map(({ id, result, isError }) => ({
        type: "tool_result",
        tool_use_id: id,
        content: result,
        is_error: isError,
      })),
    });
  }
  throw new Error(`The conversation did not end: ${prompt}`);
}
