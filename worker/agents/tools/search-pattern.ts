import { finderOf } from "./find-text.ts";
import { compile } from "./regex/compile.ts";
import { matches } from "./regex/match.ts";
import { PatternFault, parsePattern } from "./regex/parse.ts";

/** `cost` is how many steps a character of a line may take. */
export type Matcher = { test(line: string): boolean; cost: number };

/** Longer lines are searched only so far: generated files have lines of megabytes. */
const longestLine = 2_000;

/** A test for one line. The engine is linear in the line's length: a model's pattern never backtracks. */
export function matcherOf(query: string, regex: boolean): Matcher | { fault: string } {
  if (!regex) {
    const indexIn = finderOf(query.toLowerCase());
    return { cost: 1, test: (line) => indexIn(line.toLowerCase()) >= 0 };
  }
  try {
    const program = compile(parsePattern(query));
    return { cost: program.length, test: (line) => matches(program, line.slice(0, longestLine)) };
  } catch (error) {
    if (error instanceof PatternFault) return { fault: error.message };
    throw error;
  }
}
