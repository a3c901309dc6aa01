/** A prompt that is being typed or sent. */
export type Draft = {
  /** The text in the box. */
  typed: string;
  /** The sent texts that have no response yet, oldest first. */
  sent: readonly string[];
  /** The error of the last rejected text, until the next text is sent. */
  refusal: unknown;
};

export const emptyDraft: Draft = { typed: "", sent: [], refusal: null };

const joined = (texts: readonly string[]): string => texts.filter((text) => text.trim() !== "").join("\n\n");

/** Joins all text that a closed page would lose. */
export const wholeOf = ({ sent, typed }: Draft): string => joined([...sent, typed]);

const without = (sent: readonly string[], text: string): string[] => {
  const at = sent.indexOf(text);
  return sent.filter((_one, place) => place !== at);
};

/** Moves the box's text to the sent texts and clears the box. */
export const sending = ({ sent, typed }: Draft): Draft => ({ typed: "", sent: [...sent, typed], refusal: null });

export const accepted = (draft: Draft, text: string): Draft => ({ ...draft, sent: without(draft.sent, text) });

/** Returns a rejected text to the box, before any text typed meanwhile. */
export const refused = ({ sent, typed }: Draft, text: string, refusal: unknown): Draft => ({
  typed: joined([text, typed]),
  sent: without(sent, text),
  refusal,
});
