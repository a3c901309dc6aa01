/** A prompt that is being typed or sent. */
export type Draft = {
  /** The text in the box. */
  typed: string;
  /** The texts that were sent and not yet accepted, oldest first. */
  sent: readonly string[];
  /** Why the last one was refused, until the next is sent. */
  refusal: unknown;
};

export const emptyDraft: Draft = { typed: "", sent: [], refusal: null };

const joined = (texts: readonly string[]): string => texts.filter((text) => text.trim() !== "").join("\n\n");

/** All text that would be lost with the page. */
export const wholeOf = ({ sent, typed }: Draft): string => joined([...sent, typed]);

const without = (sent: readonly string[], text: string): string[] => {
  const at = sent.indexOf(text);
  return sent.filter((_one, place) => place !== at);
};

/** Moves the text of the box to the sent ones, and empties the box. */
export const sending = ({ sent, typed }: Draft): Draft => ({ typed: "", sent: [...sent, typed], refusal: null });

export const accepted = (draft: Draft, text: string): Draft => ({ ...draft, sent: without(draft.sent, text) });

/** Returns a refused text to the box, before what was typed meanwhile. */
export const refused = ({ sent, typed }: Draft, text: string, refusal: unknown): Draft => ({
  typed: joined([text, typed]),
  sent: without(sent, text),
  refusal,
});
