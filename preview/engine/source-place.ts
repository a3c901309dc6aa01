import type { Location } from "esbuild-wasm";

/** A position in a source file: line and column from 1; 0 when unknown. */
export type SourcePlace = { line: number; column: number };

/** Minimum length of a text to search for: shorter texts occur everywhere. */
const MIN_QUOTED = 3;

/**
 * Maps the bundler's position to the source, which a compiler may have changed. A line that occurs in the source keeps
 * its number. Otherwise this searches for the line's text, then for the quoted part, and then for the file name in that
 * part, since a style sheet may compute a URL's folder.
 */
export function sourcePlace(
  { line, column, length, lineText }: Pick<Location, "line" | "column" | "length" | "lineText">,
  source: string,
): SourcePlace {
  const lines = source.split("\n");
  const written = lineText.trim();
  if (written === "" || lines[line - 1]?.includes(written) === true) return { line, column: column + 1 };
  const at = lines.findIndex((one) => one.includes(written));
  if (at >= 0) {
    const indent = lineText.length - lineText.trimStart().length;
    return { line: at + 1, column: (lines[at] ?? "").indexOf(written) + column - indent + 1 };
  }
  const quoted = lineText.slice(column, column + length);
  const fileName = /([^/"'()]+\.\w+)["')]*$/.exec(quoted)?.[1] ?? "";
  for (const part of [quoted, fileName]) {
    const quoting = part.length < MIN_QUOTED ? -1 : lines.findIndex((one) => one.includes(part));
    if (quoting >= 0) return { line: quoting + 1, column: (lines[quoting] ?? "").indexOf(part) + 1 };
  }
  return { line: 0, column: 0 };
}
