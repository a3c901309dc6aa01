const MAX_IN_SEGMENT = 3;
const MAX_GLOBSTARS = 4;
/** A repeated or alternative group of an extended glob that has another in it. */
const NESTED_GROUP = /[@?!+*]\([^)]*(?:\(|\*|\+)/;

/**
 * Whether a glob matches in bounded time for every path: it becomes a regular expression, in which each wildcard of
 * one segment multiplies the backtracking of the others.
 */
export function isQuickGlob(pattern: string): boolean {
  const segments = pattern.split("/");
  const starsOf = (segment: string) => (segment === "**" ? 0 : segment.split(/\*+|\{|\+\(/).length - 1);
  const globstars = segments.filter((segment) => segment === "**").length;
  return (
    globstars <= MAX_GLOBSTARS &&
    segments.every((segment) => starsOf(segment) <= MAX_IN_SEGMENT) &&
    !NESTED_GROUP.test(pattern)
  );
}

/** Returns the sentence for a glob that would take too long to match. */
export const slowGlob = (pattern: string): string =>
  `The pattern "${pattern.slice(0, 100)}" has too many wildcards. Write it with at most ${MAX_IN_SEGMENT} in one part of the path.`;
