import { asideKey, typeDraft, typedIn } from "./drafts.ts";

/** Returns the key of the draft that records the last text put into a box by the app. */
const putKey = (key: string): string => `${key} put`;

/** Puts a text into a box. Sets aside the text that the person had typed there, after any text set aside earlier. */
export function replaceDraft(key: string, text: string): void {
  const typed = typedIn(key);
  if (typed.trim() !== "" && typed !== text && typed !== typedIn(putKey(key))) {
    const aside = typedIn(asideKey(key));
    typeDraft(asideKey(key), aside === "" ? typed : `${aside}\n\n${typed}`);
  }
  typeDraft(putKey(key), text);
  typeDraft(key, text);
}

/** Restores the text that was set aside to its box, and sets aside any text that the person has typed there since. */
export function putBack(key: string): void {
  const aside = typedIn(asideKey(key));
  typeDraft(asideKey(key), "");
  replaceDraft(key, aside);
  // The restored text is the person's own, so the next replacement must set it aside too.
  typeDraft(putKey(key), "");
}

/** Drops the text that was set aside. */
export const forgetAside = (key: string): void => typeDraft(asideKey(key), "");
