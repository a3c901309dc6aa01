/** Directives that only Tailwind compiles. A browser ignores them, so that the missing styles would show no error. */
const DIRECTIVE =
  /(?<=^|[\s;{}])@(tailwind|apply|theme|utility|custom-variant|variant|source|plugin|config|reference)\b/;

export type UncompiledDirective = { name: string; line: number; column: number; lineText: string };

/** Returns the first Tailwind rule of a style sheet, or null. Lines count from 1, columns from 0. */
export function tailwindDirective(css: string): UncompiledDirective | null {
  const withoutComments = css.replace(/\/\*[\s\S]*?(\*\/|$)/g, (comment) => comment.replace(/[^\n]/g, " "));
  const found = DIRECTIVE.exec(withoutComments);
  if (found === null) return null;
  const before = css.slice(0, found.index).split("\n");
  const lineText = css.split("\n")[before.length - 1] ?? "";
  return { name: found[0], line: before.length, column: before.at(-1)?.length ?? 0, lineText };
}
