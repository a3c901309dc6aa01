// Maps positions in built files to the project's own files (source map revision 3, ECMA-426).
import { TraceMap, traceSegment } from "@jridgewell/trace-mapping";

export type Place = { path: string; line: number; column: number };

/** The source map of one built file, decoded at the first lookup. */
export class SourceMap {
  readonly #map: TraceMap | null;
  readonly #sources: string[];

  /**
   * Decodes the map at the first lookup.
   * @param json the source map from esbuild; an empty text maps nothing
   */
  constructor(json: string) {
    this.#map = json === "" ? null : new TraceMap(json);
    // Not `resolvedSources`: a project's path is not a URL.
    this.#sources = this.#map?.sources.map((source) => source?.replace(/^[a-z-]+:/, "") ?? "") ?? [];
  }

  /** Returns the source of a 1-based position in the built file; null without a mapping. */
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
 * @param file name of the built file in the stack, such as `server.js`
 * @returns the mapped stack, and the first position in the project's own code
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
