/** Weight of an operation that neither reads nor makes a text of any length. */
const NUMERIC = new Set(
  "abs avg changes coalesce count cume_dist date datetime dense_rank iif ifnull julianday lag last_insert_rowid last_value lead likelihood likely max min nth_value ntile nullif percent_rank random rank round row_number sign strftime sum time timediff total total_changes typeof unixepoch unlikely acos acosh asin asinh atan atan2 atanh ceil ceiling cos cosh degrees exp first_value floor ln log log10 log2 mod pi pow power radians sin sinh sqrt tan tanh trunc octet_length".split(
    " ",
  ),
);

/** Functions whose result can be as long as SQLite allows, whatever they are given, with that length in bytes. */
const GROWING = new Map(
  Object.entries({ zeroblob: 2_000_000, randomblob: 2_000_000, replace: 2_000_000, printf: 100_000, format: 100_000 }),
);

/** What a function reads and makes in one call: nothing to speak of, its arguments' text, or this many bytes. */
export type FunctionCost = "numeric" | "text" | number;

/**
 * Returns what a call of a function costs.
 * @param name as SQLite's EXPLAIN has it, such as `upper(1)`
 */
export function costOfFunction(name: string): FunctionCost {
  const bare = name.replace(/\(.*$/, "").toLowerCase();
  return GROWING.get(bare) ?? (NUMERIC.has(bare) ? "numeric" : "text");
}
