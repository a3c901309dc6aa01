import { readCandidate, type Span, Text } from "./candidate-grammar.ts";
import { readingsOf } from "./candidate-readings.ts";

/**
 * Finds every text of a file that Tailwind could compile to a class, and every CSS variable it uses. It finds
 * everything that Tailwind's native scanner finds; its additional candidates rarely compile to a class.
 * @param extension without a dot, such as `tsx`; it selects the language's syntax for classes
 */
export function candidatesOf(content: string, extension: string): Set<string> {
  if (extension === "css") return usedVariables(content);
  const found = new Set<string>();
  for (const reading of readingsOf(content, extension)) {
    for (const { start, end } of outermost(spansOf(reading))) found.add(reading.slice(start, end));
  }
  for (const [variable] of content.matchAll(CSS_VARIABLE)) found.add(variable);
  return found;
}

const CSS_VARIABLE = /--(?:[\w\-\u0080-\uffff]|\\[^\s])+/g;

/** A style sheet's own declarations are no use of a variable. */
function usedVariables(css: string): Set<string> {
  return new Set([...css.matchAll(/var\((--(?:[\w\-\u0080-\uffff]|\\[^\s])+)/g)].map(([, name = ""]) => name));
}

function spansOf(content: string): Span[] {
  const spans: Span[] = [];
  const text = new Text(content);
  for (let start = 0; start < content.length; start++) {
    const span = readCandidate(text, start);
    if (span !== null) spans.push(span);
  }
  return spans;
}

/** Drops candidates inside another candidate, such as the text in `content-['flex']`. */
function outermost(spans: Span[]): Span[] {
  let end = -1;
  return spans.filter((span) => {
    if (span.end <= end) return false;
    end = span.end;
    return true;
  });
}
