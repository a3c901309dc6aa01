/** A prompt in the making. */
export type Draft = {
  /** What stands in the box. */
  typed: string;
  /** What was sent and has not been accepted yet, oldest first. */
  sent: readonly string[];
  /** Why the last one was refused, until the next is sent. */
  refusal: unknown;
};

export const emptyDraft: Draft = { typed: "", sent: [], refusal: null };

const joined = (texts: readonly string[]): string => texts.filter((text) => text.trim() !== "").join("\n\n");

/** All that would be lost with the page. */
export const wholeOf = ({ sent, typed }: Draft): string => joined([...sent, typed]);

const without = (sent: readonly string[], text: string): string[] => {
  const at = sent.indexOf(text);
  return sent.filter((_one, place) => place !== at);
};

/** The text in the box goes out, and leaves room for the next. */
export const sending = ({ sent, typed }: Draft): Draft => ({ typed: "", sent: [...sent, typed], refusal: null });

export const accepted = (draft: Draft, text: string): Draft => ({ ...draft, sent: without(draft.sent, text) });

/** A text that was refused comes back, before what was typed meanwhile. */
export const refused = ({ sent, typed }: Draft, text: string, refusal: unknown): Draft => ({
  typed: joined([text, typed]),
  sent: without(sent, text),
  refusal,
});
