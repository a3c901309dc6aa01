import { type RunView, textOf } from "./run-view.ts";

/** Matches the line under which an agent's last message suggests prompts, as its instructions require. */
const heading = /^(?:#{1,6} )?(?:\*\*)?Next:?(?:\*\*)?:?$/;
const item = /^(?:[-*]|\d[.)]) (.+)$/;
const maxPrompts = 3;
const maxLength = 160;

const withoutMarks = (text: string): string => text.replaceAll(/[*_`]/g, "").trim();

/** Splits a text into lines, and finds the heading of the suggested prompts; `at` is -1 without a heading. */
function listIn(text: string): { lines: string[]; at: number } {
  const lines = text.trimEnd().split("\n");
  return { lines, at: lines.findLastIndex((line) => heading.test(line.trim())) };
}

/** Removes the list of suggested prompts from the end of a message. */
export function withoutNextPrompts(text: string): string {
  if (nextPromptsIn(text).length === 0) return text;
  const { lines, at } = listIn(text);
  return lines.slice(0, at).join("\n").trimEnd();
}

/**
 * Returns the prompts that an agent suggests at the end of a message, as a list under the line "Next:". Returns none
 * for a list in another format, since a guess would put words into the person's mouth.
 */
export function nextPromptsIn(text: string): string[] {
  const { lines, at } = listIn(text);
  if (at === -1) return [];
  const items = lines.slice(at + 1).filter((line) => line.trim() !== "");
  const prompts = items.map((line) => item.exec(line.trim())?.[1]);
  if (prompts.some((prompt) => prompt === undefined)) return [];
  return prompts
    .flatMap((prompt) => (prompt === undefined ? [] : [withoutMarks(prompt)]))
    .filter((prompt) => prompt !== "" && prompt.length <= maxLength)
    .slice(0, maxPrompts);
}

/** Returns the prompts that a completed run suggests. */
export function nextPromptsOf({ status, items }: RunView): string[] {
  const last = items.findLast(({ kind }) => kind === "text");
  return status === "completed" && last?.kind === "text" ? nextPromptsIn(textOf(last)) : [];
}
