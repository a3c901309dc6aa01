import { finderOf } from "./find-text.ts";
import { compile } from "./regex/compile.ts";
import { matches } from "./regex/match.ts";
import { PatternFault, parsePattern } from "./regex/parse.ts";

/**
 * `indexIn` returns the index of the match in a line, 0 when it is unknown, -1 without a match. `cost` is the maximum
 * number of steps per character.
 */
export type Matcher = { indexIn(line: string): number; cost: number };

/** The part of a longer line that is searched: generated files have lines of several megabytes. */
const maxLineLength = 2_000;

/**
 * Creates a matcher for single lines. The engine is linear in the line's length, so a model's pattern never backtracks.
 * @param regex whether the query is a regular expression
 * @returns the matcher, or why the pattern is invalid
 */
export function matcherOf(query: string, regex: boolean): Matcher | { fault: string } {
  if (!regex) {
    const indexIn = finderOf(query.toLowerCase());
    return { cost: 1, indexIn: (line) => indexIn(line.toLowerCase()) };
  }
  try {
    const program = compile(parsePattern(query));
    return { cost: program.length, indexIn: (line) => (matches(program, line.slice(0, maxLineLength)) ? 0 : -1) };
  } catch (error) {
    if (error instanceof PatternFault) return { fault: error.message };
    throw error;
  }
}
