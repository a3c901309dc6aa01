import type { PointedElement } from "./preview-message.ts";

const maxTextLength = 120;

/** Returns a prompt about the elements that a person has pointed at. Their texts are quoted: the page has written them. */
export function pointPrompt(elements: readonly PointedElement[], wanted: string): string {
  const lines = elements.map(({ place: { path, line, column }, tag, text }) => {
    const shown = text === null ? "" : text.replace(/\s+/g, " ").trim().slice(0, maxTextLength);
    const quoted = shown === "" ? "" : `, with the text ${JSON.stringify(shown)}`;
    return `- the <${tag}> in ${path}, line ${line}, column ${column}${quoted}`;
  });
  return `${wanted.trim()}\n\nI mean what I pointed at in the preview:\n${lines.join("\n")}`;
}
