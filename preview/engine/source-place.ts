import type { Location } from "esbuild-wasm";

/** A position in a source file: line and column from 1; 0 when unknown. */
export type SourcePlace = { line: number; column: number };

/** Fewer characters than these are found anywhere. */
const MIN_QUOTED = 3;

/**
 * Maps the bundler's position to the source, which a compiler may have changed. A line that occurs in the source keeps
 * its number; otherwise this searches for the line's text, and then for the quoted part.
 */
export function sourcePlace({ line, column, length, lineText }: Location, source: string): SourcePlace {
  const lines = source.split("\n");
  const written = lineText.trim();
  if (written === "" || lines[line - 1]?.includes(written) === true) return { line, column: column + 1 };
  const at = lines.findIndex((one) => one.includes(written));
  if (at >= 0) {
    const indent = lineText.length - lineText.trimStart().length;
    return { line: at + 1, column: (lines[at] ?? "").indexOf(written) + column - indent + 1 };
  }
  const quoted = lineText.slice(column, column + length);
  const quoting = quoted.length < MIN_QUOTED ? -1 : lines.findIndex((one) => one.includes(quoted));
  return quoting < 0
    ? { line: 0, column: 0 }
    : { line: quoting + 1, column: (lines[quoting] ?? "").indexOf(quoted) + 1 };
}
