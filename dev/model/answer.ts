import type { MessagesRequest } from "./anthropic/wire.ts";
import { controlled } from "./controls/controlled.ts";
import { conversations } from "./conversations/index.ts";
import { forcedTurn } from "./forced-answer.ts";
import { readRequest, type Situation } from "./read-request.ts";
import type { Conversation, Turn } from "./turn.ts";

export type Answer = { conversation: string; prompt: string; step: number; turn: Turn };

/**
 * Chooses the next turn from the request alone: replays the conversation from its beginning against the outcomes in the
 * request, so that a client that restarts and resends its request receives the same answer.
 * @throws Error when no conversation matches, which the general one prevents
 */
export function answer(request: MessagesRequest): Answer {
  const { task, past } = readRequest(request);
  const about = { prompt: task.prompt, step: past.length + 1 };
  const forced = forcedTurn(request, task.prompt);
  if (forced) return { ...about, conversation: "forced answer", turn: forced };
  const conversation = [...controlled, ...conversations].find((candidate) => candidate.matches(task));
  if (!conversation) throw new Error("No conversation matches, not even the general one");
  return { ...about, conversation: conversation.name, turn: replay(conversation, { task, past }) };
}

function replay(conversation: Conversation, { task, past }: Situation): Turn {
  const play = conversation.play(task);
  let next = play.next();
  let spoken = marked(next.value, conversation);
  // The text already sent of this turn. A turn without tool calls continues when the client asks again, because the
  // text was cut off or paused, or because a person has to add something.
  let sentText: string | null = null;
  for (const turn of past) {
    if (turn.outcomes.length === 0) {
      sentText = (sentText ?? "") + turn.text;
      if (next.done || sentText !== spoken.text || spoken.calls !== undefined) continue;
      next = play.next([]);
      spoken = next.value;
      sentText = null;
      continue;
    }
    if (next.done) return ended;
    next = play.next(turn.outcomes);
    spoken = next.value;
    sentText = null;
  }
  return sentText === null ? spoken : rest(spoken, sentText);
}

const ended: Turn = { text: "This is the end of the scripted conversation." };

/** Prefixes the first turn with a notice that the model is scripted, except in conversations that tests control. */
const marked = (turn: Turn, conversation: Conversation): Turn =>
  controlled.includes(conversation) ? turn : { ...turn, text: `(scripted model) ${turn.text ?? ""}`.trim() };

/** Returns the rest of a turn after the part of its text that was already sent. */
function rest(turn: Turn, sentText: string): Turn {
  const whole = turn.deltas ? [...turn.deltas].join("") : (turn.text ?? "");
  if (!whole.startsWith(sentText) || (whole === sentText && !turn.calls)) return ended;
  return { ...(turn.calls ? { calls: turn.calls } : {}), text: whole.slice(sentText.length) };
}
