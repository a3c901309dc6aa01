// Finds where in a project's own files a place in a built file came from (source map revision 3, ECMA-426).

export type Place = { path: string; line: number; column: number };

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** One built file's map, decoded when the first place is looked up. */
export class SourceMap {
  readonly #sources: string[];
  readonly #mappings: string;
  #lines: number[][][] | null = null;

  /** @param json the map as esbuild wrote it; an empty text maps nothing */
  constructor(json: string) {
    const map =
      json === "" ? { sources: [], mappings: "" } : (JSON.parse(json) as { sources: string[]; mappings: string });
    this.#sources = map.sources.map((source) => source.replace(/^[a-z-]+:/, ""));
    this.#mappings = map.mappings;
  }

  /** The source of a place in the built file, both counted from 1; null where it has none. */
  find(line: number, column: number): Place | null {
    this.#lines ??= decode(this.#mappings);
    const segments = this.#lines[line - 1] ?? [];
    const [, source, sourceLine, sourceColumn] = segments.findLast(([start]) => (start ?? 0) <= column - 1) ?? [];
    const path = source === undefined ? undefined : this.#sources[source];
    if (path === undefined || sourceLine === undefined || sourceColumn === undefined) return null;
    return { path, line: sourceLine + 1, column: sourceColumn + 1 };
  }
}

/**
 * A stack with its places in `file` replaced by where they came from, and the first of them in the project's own code.
 * @param file the built file as the stack names it, such as `server.js`
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

/** Lines of segments `[column, source, line, column]`; only the first number starts anew on each line. */
function decode(mappings: string): number[][][] {
  const last = [0, 0, 0, 0];
  return mappings.split(";").map((line) => {
    last[0] = 0;
    return line.split(",").map((segment) =>
      numbersOf(segment).map((delta, index) => {
        const value = (last[index] ?? 0) + delta;
        last[index] = value;
        return value;
      }),
    );
  });
}

/** Base64 VLQ: five bits a digit, the sixth says that more follow, the lowest bit of the whole is the sign. */
function numbersOf(segment: string): number[] {
  const numbers: number[] = [];
  let value = 0;
  let shift = 0;
  for (const character of segment) {
    const digit = DIGITS.indexOf(character);
    value |= (digit & 31) << shift;
    shift += 5;
    if (digit & 32) continue;
    numbers.push(value & 1 ? -(value >> 1) : value >> 1);
    value = 0;
    shift = 0;
  }
  return numbers;
}
