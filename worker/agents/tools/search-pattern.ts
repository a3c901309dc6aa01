import { finderOf } from "./find-text.ts";
import { compile } from "./regex/compile.ts";
import { matches } from "./regex/match.ts";
import { PatternFault, parsePattern } from "./regex/parse.ts";

/** `indexIn` gives where in a line it is, 0 where that is not known, -1 where it is not. `cost` is how many steps a character of a line may take. */
export type Matcher = { indexIn(line: string): number; cost: number };

/** Longer lines are searched only so far: generated files have lines of megabytes. */
const maxLineLength = 2_000;

/** A test for one line. The engine is linear in the line's length: a model's pattern never backtracks. */
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
