import type { PointedElement } from "./preview-message.ts";

/**
 * An element with its position in the newest files. If that line has changed since, `was` has the original revision and
 * line.
 */
export type ChosenElement = Pick<PointedElement, "place" | "tag" | "text"> & {
  was?: { revision: number; source: string };
};

const maxTextLength = 120;
const maxSourceLength = 300;

/** Returns a prompt about selected elements. Quotes their texts, which come from the page. */
export function pointPrompt(elements: readonly ChosenElement[], wanted: string): string {
  const lines = elements.map(({ place: { path, line, column }, tag, text, was }) => {
    const shown = text === null ? "" : text.replace(/\s+/g, " ").trim().slice(0, maxTextLength);
    const quoted = shown === "" ? "" : `, with the text ${JSON.stringify(shown)}`;
    const since =
      was === undefined
        ? ""
        : ` of version ${was.revision}, which has changed since (it was ${JSON.stringify(was.source.slice(0, maxSourceLength))})`;
    return `- the <${tag}> in ${path}, line ${line}, column ${column}${since}${quoted}`;
  });
  return `${wanted.trim()}\n\nI mean what I pointed at in the preview:\n${lines.join("\n")}`;
}
