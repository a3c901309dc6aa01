import { originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";
import { sourcePlace } from "../engine/source-place.ts";
import type { ToolDiagnostic } from "../tools/diagnostic.ts";
import type { SvelteDiagnostic } from "../tools/svelte.ts";

/** A component as it is written and as its compiler got it; `map` leads from the second to the first. */
type Component = { written: string; preprocessed: string; map: string | null };

/**
 * Moves the compiler's findings from a component that preprocessors have changed to the component as it is written: by their source
 * map, else by the line's text. A finding that is nowhere in it has no line, and says so.
 */
export function placedInComponent(
  diagnostics: readonly SvelteDiagnostic[],
  { written, preprocessed, map }: Component,
): ToolDiagnostic[] {
  const traced = map === null || preprocessed === written ? null : new TraceMap(map);
  return diagnostics.map(({ lineText, ...diagnostic }) => {
    const given = lineText === undefined ? diagnostic : moved(diagnostic, lineText, preprocessed);
    if (preprocessed === written || given.line === 0) return given;
    const { line, column } =
      traced === null ? NOWHERE : originalPositionFor(traced, { line: given.line, column: given.column - 1 });
    if (line !== null) return { ...given, line, column: column + 1 };
    return moved(given, preprocessed.split("\n")[given.line - 1] ?? "", written);
  });
}

const NOWHERE = { line: null, column: null };

function moved(diagnostic: ToolDiagnostic, lineText: string, source: string): ToolDiagnostic {
  const { line, column, message } = diagnostic;
  const place = sourcePlace({ line, column: column - 1, length: 0, lineText }, source);
  if (place.line > 0) return { ...diagnostic, ...place };
  return {
    ...diagnostic,
    ...place,
    message: `${message.replace(/(?<![.!?])$/, ".")} It is in code that preprocessors have written into this component.`,
  };
}
