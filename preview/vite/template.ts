import { unescapeString } from "./literal.ts";
import type { CodeToken } from "./tokens.ts";

/** The written-out parts of a template, around its expressions, and the index of its last token. */
export type ReadTemplate = { parts: string[]; end: number };

/** Reads a template literal that starts at a token, and skips templates inside its expressions. */
export function readTemplate(tokens: readonly CodeToken[], from: number, close: number): ReadTemplate {
  const parts: string[] = [];
  let end = from;
  let depth = 0;
  for (let at = from; at < close; at++) {
    const { type, value } = tokens[at] ?? { type: "Invalid", value: "" };
    if (type === "TemplateHead") depth += 1;
    if (depth === 1 && type.startsWith("Template")) parts.push(value.replace(/^[`}]/, "").replace(/(\$\{|`)$/, ""));
    if (type === "TemplateTail") depth -= 1;
    end = at;
    if (depth === 0) break;
  }
  return { parts: parts.map(unescapeString), end };
}
