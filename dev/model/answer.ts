import type { MessagesRequest } from "./anthropic/wire.ts";
import { controlled } from "./controls/controlled.ts";
import { conversations } from "./conversations/index.ts";
import { forcedTurn } from "./forced-answer.ts";
import { type PastTurn, readRequest, type Situation } from "./read-request.ts";
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
  return { ...about, conversation: conversation.name, turn: replay(conversation, { task, past }) };
}

function replay(conversation: Conversation, { task, past }: Situation): Turn {
  const play = conversation.play(task);
  let next = play.next();
  let spoken = marked(next.value, conversation);
  for (const [place, turn] of past.entries()) {
    // Nothing was called, and yet the client asks again: the text was cut off, or a person has to say something new.
    if (turn.outcomes.length === 0) return rest(spoken, past.slice(place));
    if (next.done) return { text: "That is all this scripted conversation has to say." };
    next = play.next(turn.outcomes);
    spoken = next.value;
  }
  return spoken;
}

/** The first words of a conversation say that it is scripted; those that tests control say only what they were told. */
const marked = (turn: Turn, conversation: Conversation): Turn =>
  controlled.includes(conversation) ? turn : { ...turn, text: `(scripted model) ${turn.text ?? ""}`.trim() };

/** What is left of a turn's text after the parts that were already sent. */
function rest(turn: Turn, sent: PastTurn[]): Turn {
  const whole = turn.deltas ? [...turn.deltas].join("") : (turn.text ?? "");
  const said = sent.map(({ text }) => text).join("");
  if (!whole.startsWith(said) || whole === said) return { text: "That is all this scripted conversation has to say." };
  return { ...(turn.calls ? { calls: turn.calls } : {}), text: whole.slice(said.length) };
}
