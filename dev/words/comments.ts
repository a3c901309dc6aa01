import { parseSync } from "vite";

/** Returns the lower-case words of a file's comments in order, without code in backticks and links. */
export function commentWords(path: string, text: string): string[] {
  return commentTexts(path, text).flatMap((comment) => {
    const prose = comment.replace(/`[^`]*`/g, " ").replace(/https?:\/\/\S+/g, " ");
    return prose.toLowerCase().match(/[a-z]+(?:[-'’][a-z]+)*/g) ?? [];
  });
}

function commentTexts(path: string, text: string): string[] {
  if (path.endsWith(".sql")) return [...text.matchAll(/^\s*--(?!>) ?(.*)$/gm)].map(([, comment]) => comment ?? "");
  return parseSync(path, text).comments.map(({ value }) => value);
}
