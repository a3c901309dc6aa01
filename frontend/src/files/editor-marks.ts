import { type Diagnostic, lintGutter, setDiagnostics } from "@codemirror/lint";
import type { Extension, Text } from "@codemirror/state";
import type { EditorView } from "@codemirror/view";
import type { Mark } from "./use-diagnostics.ts";

/** The gutter that marks lines with findings. */
export const markGutter: Extension = lintGutter();

/** Returns the range of the word at a position, since the build reports only where the word begins. */
function rangeOf(doc: Text, { line, column }: Mark): { from: number; to: number } {
  const { from, to, text } = doc.line(Math.min(Math.max(line, 1), doc.lines));
  const start = Math.min(from + Math.max(column - 1, 0), to);
  const word = /^[\w$]+/.exec(text.slice(start - from))?.[0].length ?? 1;
  return { from: start, to: Math.min(start + word, to) };
}

/** Shows findings in the text. They move along with edits. */
export function showMarks(view: EditorView, marks: readonly Mark[]): void {
  const found = marks.map(
    (mark): Diagnostic => ({
      ...rangeOf(view.state.doc, mark),
      severity: mark.severity,
      message: mark.message,
    }),
  );
  view.dispatch(setDiagnostics(view.state, found));
}
