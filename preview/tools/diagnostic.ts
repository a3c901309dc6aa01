/** A compiler's finding in the user's own file. Lines and columns count from 1. */
export type ToolDiagnostic = {
  path: string;
  line: number;
  column: number;
  severity: "error" | "warning";
  message: string;
};

/** Returns the line and column, both from 1, of an offset in a text. */
export function placeAt(content: string, offset: number): { line: number; column: number } {
  const before = content.slice(0, Math.max(0, offset));
  const lineStart = before.lastIndexOf("\n") + 1;
  return { line: before.split("\n").length, column: before.length - lineStart + 1 };
}

/** Returns the position of the first of several texts that a file contains, or its beginning when it contains none. */
export function placeOf(content: string, ...texts: string[]): { line: number; column: number } {
  const offset = texts.map((text) => content.indexOf(text)).find((found) => found >= 0);
  return placeAt(content, offset ?? 0);
}

/** Returns an error at a place of a source file, line and column counted from 1. */
export function errorAt(path: string, place: { line: number; column: number }, message: string): ToolDiagnostic {
  return { path, line: place.line, column: place.column, severity: "error", message };
}
