/** Operations that neither read nor create a text of variable length. */
const NUMERIC = new Set(
  "abs avg changes coalesce count cume_dist date datetime dense_rank iif ifnull julianday lag last_insert_rowid last_value lead likelihood likely max min nth_value ntile nullif percent_rank random rank round row_number sign strftime sum time timediff total total_changes typeof unixepoch unlikely acos acosh asin asinh atan atan2 atanh ceil ceiling cos cosh degrees exp first_value floor ln log log10 log2 mod pi pow power radians sin sinh sqrt tan tanh trunc octet_length".split(
    " ",
  ),
);

/**
 * Functions whose result can be as long as SQLite allows, independent of their arguments, with the maximum length in
 * bytes.
 */
const GROWING = new Map(
  Object.entries({ zeroblob: 2_000_000, randomblob: 2_000_000, replace: 2_000_000, printf: 100_000, format: 100_000 }),
);

/** The bytes that one call of a function reads and creates: almost none, the bytes of its arguments, or this number. */
export type FunctionCost = "numeric" | "text" | number;

/**
 * Returns the cost of a call of a function.
 * @param name the name in SQLite's EXPLAIN format, such as `upper(1)`
 */
export function costOfFunction(name: string): FunctionCost {
  const bare = name.replace(/\(.*$/, "").toLowerCase();
  return GROWING.get(bare) ?? (NUMERIC.has(bare) ? "numeric" : "text");
}
