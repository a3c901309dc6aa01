import { asideKey, typeDraft, typedIn } from "./drafts.ts";

/** The key of the draft that holds the text that was put into a box, and not typed there. */
const putKey = (key: string): string => `${key} put`;

/** Puts a text into a box. The text that a person had typed there is set aside, after an earlier one. */
export function replaceDraft(key: string, text: string): void {
  const typed = typedIn(key);
  if (typed.trim() !== "" && typed !== text && typed !== typedIn(putKey(key))) {
    const aside = typedIn(asideKey(key));
    typeDraft(asideKey(key), aside === "" ? typed : `${aside}\n\n${typed}`);
  }
  typeDraft(putKey(key), text);
  typeDraft(key, text);
}

/** Puts the text that was set aside back into its box, and sets aside the one that a person has typed there since. */
export function putBack(key: string): void {
  const aside = typedIn(asideKey(key));
  typeDraft(asideKey(key), "");
  replaceDraft(key, aside);
  // It is the person's own text, which the next one must not destroy either.
  typeDraft(putKey(key), "");
}

/** Forgets the text that was set aside. */
export const forgetAside = (key: string): void => typeDraft(asideKey(key), "");
