/** The longest import that a pattern is tried on. */
export const LONGEST_IMPORT = 200;
/** Maximum steps of a pattern for one import: a few hundredths of a second. */
const MAX_STEPS = 1e7;
/** The tokens of a pattern: a character, a class, the start or end of a group, an alternative, or a quantifier. */
const PARTS = /\\.|\[(?:\\.|[^\]\\])*\]|\((?:\?(?:[:=!]|<[=!]|<\w+>))?|\)|\||(?:[*+?]|\{\d+(?:,\d*)?\})\??|./gs;

/**
 * Whether a regular expression matches every import in bounded time, however it backtracks. V8 cannot be interrupted,
 * and blocks the thread until it ends. Quantifiers multiply by the text's length and alternatives by two; a quantifier
 * around another one, or around alternatives, is unbounded.
 */
export function isQuickPattern(source: string): boolean {
  let steps = source.startsWith("^") ? 1 : LONGEST_IMPORT;
  /** Whether the innermost group and its parents can match in several ways so far. */
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
