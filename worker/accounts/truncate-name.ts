import { isOneLine, maxNameLength } from "../contract/index.ts";

/**
 * A name from elsewhere as long as one may be here, in one line, and no character of it cut in two: half of one cannot be
 * stored.
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
