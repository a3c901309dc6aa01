/** One response of the model: its text, and the tool calls that follow. A turn without calls ends the conversation. */
export type Turn = {
  text?: string;
  calls?: ToolCall[];
  /** Milliseconds before the first delta, in addition to the server's own delay. */
  delayMs?: number;
  /** Sends the text as exactly these deltas instead of splitting it. */
  deltas?: Iterable<string>;
  /** Milliseconds between deltas, instead of the server's own pace. */
  paceMs?: number;
};

export type ToolCall = { name: string; input: Record<string, unknown> };

/** The outcome of one tool call, as the client reported it. */
export type Outcome = { call: ToolCall; text: string; isError: boolean };

/** Builds a tool call. */
export const call = (name: string, input: Record<string, unknown> = {}): ToolCall => ({ name, input });

/** The request as a conversation sees it. */
export type Task = {
  /** The person's text: the last user message that is not a tool result. */
  prompt: string;
  system: string;
  /** Names of the tools that the request offers. */
  tools: ReadonlySet<string>;
};

/** A running conversation: yields turns and receives the outcomes of each turn's calls, in order. */
export type Play = Generator<Turn, Turn, Outcome[]>;

/** A part of a conversation: yields turns and returns a result of its own. */
export type Part<T> = Generator<Turn, T, Outcome[]>;

export type Conversation = {
  name: string;
  /** A prompt that starts the conversation, shown to people whose prompt matches no conversation. */
  example: string;
  matches(task: Task): boolean;
  play(task: Task): Play;
};

/** A conversation of a single turn. */
// biome-ignore lint/correctness/useYield: it has nothing to wait for
export function* only(turn: Turn): Play {
  return turn;
}
