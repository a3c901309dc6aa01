import type { MessagesRequest } from "./anthropic/wire.ts";
import { controlled } from "./controls/controlled.ts";
import { conversations } from "./conversations/index.ts";
import { forcedTurn } from "./forced-answer.ts";
import { readRequest } from "./read-request.ts";
import type { Conversation, Turn } from "./turn.ts";

export type Answer = { conversation: string; prompt: string; step: number; turn: Turn };

/**
 * Decides the next turn from the request alone: the conversation is played again from its beginning against the
 * outcomes the request reports, so a client that restarts and resends gets the same answer.
 */
export function answer(request: MessagesRequest): Answer {
  const { task, past } = readRequest(request);
  const about = { prompt: task.prompt, step: past.length + 1 };
  const forced = forcedTurn(request, task.prompt);
  if (forced) return { ...about, conversation: "forced answer", turn: forced };
  const conversation = [...controlled, ...conversations].find((candidate) => candidate.matches(task));
  if (!conversation) throw new Error("No conversation matches, not even the general one");
  return { ...about, conversation: conversation.name, turn: replay(conversation, task, past) };
}

function replay(
  conversation: Conversation,
  task: Parameters<Conversation["play"]>[0],
  past: ReturnType<typeof readRequest>["past"],
): Turn {
  const play = conversation.play(task);
  let next = play.next();
  for (const outcomes of past) {
    if (next.done) return { text: "That is all this scripted conversation has to say." };
    next = play.next(outcomes);
  }
  const first = past.length === 0 && !controlled.includes(conversation);
  return first ? { ...next.value, text: `(scripted model) ${next.value.text ?? ""}`.trim() } : next.value;
}
