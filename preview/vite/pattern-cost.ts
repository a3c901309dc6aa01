/** The longest import that a pattern is tried on. */
export const LONGEST_IMPORT = 200;
/** Steps that a pattern may take for one import, at worst: a few hundredths of a second. */
const MAX_STEPS = 1e7;
/** What a pattern consists of: a character, a class, the begin of a group, its end, an alternative, or how often something comes. */
const PARTS = /\\.|\[(?:\\.|[^\]\\])*\]|\((?:\?(?:[:=!]|<[=!]|<\w+>))?|\)|\||(?:[*+?]|\{\d+(?:,\d*)?\})\??|./gs;

/**
 * Whether a regular expression is done with any import soon, however it backtracks. V8 cannot be told to stop, and has the thread
 * for itself until it does. Repetitions multiply by the text's length and alternatives by two; a repetition of what repeats or
 * chooses itself has no such bound.
 */
export function isQuickPattern(source: string): boolean {
  let steps = source.startsWith("^") ? 1 : LONGEST_IMPORT;
  /** Whether what has been read of the innermost group can match in several ways, and of those around it. */
  let varies = false;
  const around: boolean[] = [];
  let endedGroupVaries = false;
  for (const [part] of source.matchAll(PARTS)) {
    if (/^[*+{]/.test(part) && endedGroupVaries) return false;
    endedGroupVaries = false;
    const factor = factorOf(part);
    steps *= factor;
    varies ||= factor > 1;
    if (part.startsWith("(")) {
      around.push(varies);
      varies = false;
    } else if (part === ")") {
      endedGroupVaries = varies;
      varies ||= around.pop() ?? false;
    }
  }
  return steps <= MAX_STEPS;
}

function factorOf(part: string): number {
  if (/^(?:[*+]|\{\d)/.test(part)) return LONGEST_IMPORT;
  return part === "|" || part.startsWith("?") ? 2 : 1;
}
