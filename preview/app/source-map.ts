// Finds where in a project's own files a place in a built file came from (source map revision 3, ECMA-426).
import { TraceMap, traceSegment } from "@jridgewell/trace-mapping";

export type Place = { path: string; line: number; column: number };

/** The source map of one built file, decoded at the first lookup. */
export class SourceMap {
  readonly #map: TraceMap | null;
  readonly #sources: string[];

  /** @param json the map as esbuild wrote it; an empty text maps nothing */
  constructor(json: string) {
    this.#map = json === "" ? null : new TraceMap(json);
    // Not `resolvedSources`: a path of a project is no URL to be resolved.
    this.#sources = this.#map?.sources.map((source) => source?.replace(/^[a-z-]+:/, "") ?? "") ?? [];
  }

  /** Returns the source of a position in the built file, both counted from 1; null without a mapping. */
  find(line: number, column: number): Place | null {
    const segment = this.#map === null ? null : traceSegment(this.#map, line - 1, column - 1);
    if (segment === null || segment.length === 1) return null;
    const [, source, sourceLine, sourceColumn] = segment;
    const path = this.#sources[source];
    return path === undefined ? null : { path, line: sourceLine + 1, column: sourceColumn + 1 };
  }
}

/**
 * Maps the positions of `file` in a stack to their sources.
 * @param file the built file as the stack names it, such as `server.js`
 * @returns the mapped stack, and its first position in the project's own code
 */
export function mapStack(stack: string, file: string, map: SourceMap): { stack: string; place: Place | null } {
  let place: Place | null = null;
  const pattern = new RegExp(`[^\\s(]*${file.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}:(\\d+):(\\d+)`, "g");
  const mapped = stack.replace(pattern, (frame, line: string, column: string) => {
    const found = map.find(Number(line), Number(column));
    if (found === null) return frame;
    if (place === null && !found.path.startsWith("node_modules/")) place = found;
    return `${found.path}:${found.line}:${found.column}`;
  });
  return { stack: mapped, place };
}
