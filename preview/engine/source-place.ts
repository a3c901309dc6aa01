import type { Location } from "esbuild-wasm";

/** A place in a file as its author wrote it, in lines and columns from 1; 0 where it is unknown. */
export type SourcePlace = { line: number; column: number };

/** Fewer characters than these are found anywhere. */
const MIN_QUOTED = 3;

/**
 * Finds where in a source the bundler's place comes from: what it read may be what a compiler made of the file.
 * A line that is in the source as it is stays where it is; else the line, and then what is quoted of it, is looked for.
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
