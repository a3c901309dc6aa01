/** Quotes a name for SQL. */
export const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`;

const QUOTED_OR_COMMENT =
  /'[^']*(?:''[^']*)*'?|"[^"]*(?:""[^"]*)*"?|`[^`]*(?:``[^`]*)*`?|\[[^\]]*\]?|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/g;

/** Returns SQL of the same length, with blanks for comments and digits for quoted parts. */
const masked = (sql: string): string =>
  sql.replace(QUOTED_OR_COMMENT, (token) => (/^(--|\/\*)/.test(token) ? " " : "0").repeat(token.length));

/** Returns whether SQL contains a second statement. */
export const hasSeveralStatements = (sql: string): boolean => /;\s*[^\s;]/.test(masked(sql));

/** Returns the first word of a statement in capitals, such as SELECT or WITH. */
export const verbOf = (sql: string): string => (/[A-Za-z]+/.exec(masked(sql))?.[0] ?? "").toUpperCase();

/** Returns one statement without its semicolon and any text after it, so that another statement can embed it. */
export function withoutEnd(sql: string): string {
  const end = masked(sql).indexOf(";");
  return end === -1 ? sql : sql.slice(0, end);
}
