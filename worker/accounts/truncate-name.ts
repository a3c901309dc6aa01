import { isOneLine, maxNameLength } from "../contract/index.ts";

/**
 * Truncates an external name to our maximum length, in one line. It cuts between code points, since PostgreSQL cannot
 * store half a surrogate pair.
 */
export function truncateName(name: string): string {
  let short = "";
  for (const character of name) {
    if (!isOneLine(character)) continue;
    if (short.length + character.length > maxNameLength) break;
    short += character;
  }
  return short;
}
