import { typeDraft, typedIn } from "./drafts.ts";

/** The key of the draft that holds the text that was put into a box, and not typed there. */
const putKey = (key: string): string => `${key} put`;

/** The key of the draft that holds what a person had typed in a box before another text took its place. */
export const asideKey = (key: string): string => `${key} aside`;

/** Puts a text into a box. What a person had typed there is set aside, after what is there already. */
export function replaceDraft(key: string, text: string): void {
  const typed = typedIn(key);
  if (typed.trim() !== "" && typed !== text && typed !== typedIn(putKey(key))) {
    const aside = typedIn(asideKey(key));
    typeDraft(asideKey(key), aside === "" ? typed : `${aside}\n\n${typed}`);
  }
  typeDraft(putKey(key), text);
  typeDraft(key, text);
}

/** Puts what was set aside back into its box, and sets aside what a person has typed there since. */
export function putBack(key: string): void {
  const aside = typedIn(asideKey(key));
  typeDraft(asideKey(key), "");
  replaceDraft(key, aside);
  // It is the person's own text, which the next one must not destroy either.
  typeDraft(putKey(key), "");
}

/** Forgets what was set aside. */
export const forgetAside = (key: string): void => typeDraft(asideKey(key), "");
