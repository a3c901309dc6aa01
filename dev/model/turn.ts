/** One answer of the model: what it says, and the tools it then calls. A turn that calls nothing ends the conversation. */
export type Turn = {
  text?: string;
  calls?: ToolCall[];
  /** Milliseconds before the first delta, on top of the server's own pace. */
  delayMs?: number;
  /** Sends the text as exactly these deltas instead of cutting it up. */
  deltas?: Iterable<string>;
  /** Milliseconds between deltas, in place of the server's own pace. */
  paceMs?: number;
};

export type ToolCall = { name: string; input: Record<string, unknown> };

/** What became of one tool call, as the client reported it. */
export type Outcome = { call: ToolCall; text: string; isError: boolean };

export const call = (name: string, input: Record<string, unknown> = {}): ToolCall => ({ name, input });

/** What a conversation is told about the request it answers. */
export type Task = {
  /** The person's words: the last user message that is not a tool result. */
  prompt: string;
  system: string;
  /** Names of the tools the request offers. */
  tools: ReadonlySet<string>;
};

/** A conversation under way: it yields turns and receives what became of each turn's calls, in their order. */
export type Play = Generator<Turn, Turn, Outcome[]>;

/** A part of a conversation: it yields turns and comes to a result of its own. */
export type Part<T> = Generator<Turn, T, Outcome[]>;

export type Conversation = {
  name: string;
  /** A prompt that starts it, shown to people who ask for something the script does not know. */
  example: string;
  matches(task: Task): boolean;
  play(task: Task): Play;
};

/** A conversation of a single turn. */
// biome-ignore lint/correctness/useYield: it has nothing to wait for
export function* only(turn: Turn): Play {
  return turn;
}
