import { type Block, blocksOf, type MessagesRequest, resultText, type WireMessage } from "./anthropic/wire.ts";
import type { Outcome, Task } from "./turn.ts";

/** A request as a conversation sees it: the task, and the outcomes of every turn since the prompt. */
export type Situation = { task: Task; past: PastTurn[] };

/** A turn that was already sent: its text as far as it was sent, and the outcomes of its tool calls. */
type PastTurn = { text: string; outcomes: Outcome[] };

const fence = /^<data-([0-9a-f]+)>\n([\s\S]*)\n<\/data-\1>/;

/** Returns a tool's output without the fence around it. */
const unfenced = (text: string): string => text.replace(fence, "$2");

const textOf = (blocks: Block[]): string[] => blocks.flatMap((block) => (block.type === "text" ? [block.text] : []));

/** Matches Edgesmith's message to a model that has to continue: it was cut off by `max_tokens`, paused, or receives errors of pages. */
const goOn =
  /^(Your answer was cut off at the output limit|You paused|While you worked, pages of the app reported errors)/;

/** Whether a message starts a new conversation. Tool results and requests to continue do not. */
const isPrompt = (message: WireMessage): boolean =>
  message.role === "user" &&
  !blocksOf(message).some((block) => block.type === "tool_result" || (block.type === "text" && goOn.test(block.text)));

/** Derives the task and the earlier turns from a request. */
export function readRequest(request: MessagesRequest): Situation {
  const { messages } = request;
  const start = messages.findLastIndex(isPrompt);
  const promptMessage = messages[start];
  const system = Array.isArray(request.system)
    ? request.system.map((block) => block.text).join("\n\n")
    : (request.system ?? "");
  const offered = request.tool_choice?.type === "none" ? [] : (request.tools ?? []);
  return {
    // A client may put context, such as the list of files, in separate blocks before the person's text.
    task: {
      prompt: (promptMessage ? textOf(blocksOf(promptMessage)).at(-1) : undefined) ?? "",
      system,
      tools: new Set(offered.map((tool) => tool.name)),
    },
    past: turnsIn(messages.slice(start + 1)),
  };
}

function turnsIn(messages: WireMessage[]): PastTurn[] {
  const results = new Map(
    messages
      .flatMap(blocksOf)
      .flatMap((block) => (block.type === "tool_result" ? [[block.tool_use_id, block] as const] : [])),
  );
  return messages
    .filter((message) => message.role === "assistant")
    .map((message) => ({
      text: textOf(blocksOf(message)).join(""),
      outcomes: blocksOf(message).flatMap((block) => {
        if (block.type !== "tool_use") return [];
        const result = results.get(block.id);
        const call = { name: block.name, input: block.input };
        return [{ call, text: result ? unfenced(resultText(result)) : "", isError: result?.is_error ?? false }];
      }),
    }));
}
