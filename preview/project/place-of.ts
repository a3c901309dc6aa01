import type { Diagnostic } from "../../worker/contract/preview-rpc.ts";

export type Place = Pick<Diagnostic, "path" | "line" | "column">;

/**
 * Returns the position of a quote's first occurrence in a text, in lines and columns from 1; 0 when it does not occur.
 */
export const placeOf = (path: string, text: string, quoted: string): Place => placeAt(path, text, text.indexOf(quoted));

/** Where a text first has a name that is not a part of another. */
export function placeOfName(path: string, text: string, name: string): Place {
  const found = [...text.matchAll(/[\w$-]+/g)].find(([word]) => word === name);
  return placeAt(path, text, found?.index ?? -1);
}

/** Returns the position of an offset in a text, in lines and columns from 1; 0 for a negative offset. */
export function placeAt(path: string, text: string, offset: number): Place {
  if (offset < 0) return { path, line: 0, column: 0 };
  const before = text.slice(0, offset).split("\n");
  return { path, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
