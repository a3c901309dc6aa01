import { costOfFunction } from "./query-functions.ts";

/** An operation of SQLite's virtual machine, as EXPLAIN prints it. */
export type Operation = { opcode: string; p1: number; p2: number; p3: number; p4: string };

/** Sizes of the tables that a program reads. */
export type Sizes = {
  /** Returns the number of rows of the table or index with this root page. */
  rowsAt: (rootPage: number) => number;
  /**
   * Returns the maximum number of rows with equal values in the first `columns` columns of the index with this root
   * page.
   */
  largestGroup: (rootPage: number, columns: number) => number;
  /** The maximum number of rows that a virtual table returns. */
  virtualRows: number;
  /** Bytes of the longest value. */
  maxValueLength: number;
  /** Bytes of the whole database. */
  databaseBytes: number;
};

type Loop = { from: number; to: number; cursor: number | null };
type Subroutine = { from: number; to: number; calls: number[] };

const STEPS = new Set(["Next", "Prev", "VNext", "SorterNext"]);
const OPENS = new Set([
  "OpenRead",
  "ReopenIdx",
  "OpenEphemeral",
  "OpenAutoindex",
  "SorterOpen",
  "OpenDup",
  "OpenPseudo",
  "VOpen",
]);
const INSERTS = new Set(["Insert", "IdxInsert", "SorterInsert"]);
const SEEKS = new Set(["SeekGE", "SeekLE"]);
const ENDS = new Set(["IdxGT", "IdxLT"]);
/** The bytes of text whose processing takes as long as one operation. */
const BYTES_PER_OPERATION = 50;

/**
 * Computes an upper bound of the operations that a program executes. SQLite cannot be interrupted here, so a program
 * with too large a bound must not be executed. Derives loops from the program's backward jumps: each loop multiplies
 * its body by the rows of its cursor, and a subroutine counts once per call.
 */
export class QueryProgram {
  readonly #operations: readonly Operation[];
  readonly #loops: Loop[];
  readonly #subroutines: Subroutine[];
  readonly #sizes: Sizes;
  /** Finite bounds, which are independent of the path that led to them. A path that ends in a cycle has no bound. */
  readonly #rows = new Map<number, number>();
  readonly #executions = new Map<number, number>();

  constructor(operations: readonly Operation[], sizes: Sizes) {
    this.#operations = operations;
    this.#sizes = sizes;
    this.#loops = operations.flatMap((operation, at) => loopAt(operation, at, operations.length));
    this.#subroutines = subroutinesOf(operations);
  }

  /** Returns the bound, in operations. */
  cost(): number {
    const concats = this.#operations.filter(({ opcode }) => opcode === "Concat").length;
    const growth = 2 ** Math.min(concats, 12);
    return this.#operations.reduce((sum, operation, at) => sum + this.#costAt(operation, at, growth), 0);
  }

  #costAt({ opcode, p1, p4 }: Operation, at: number, growth: number): number {
    const times = this.#times(at, []);
    if (opcode === "Count") return times * (1 + this.#rowsOf(p1, []) / 20);
    const cost = opcode === "Concat" ? "text" : /^(Pure)?Func|^Agg/.test(opcode) ? costOfFunction(p4) : "numeric";
    if (cost === "numeric") return times;
    if (cost !== "text") return times * (1 + cost / BYTES_PER_OPERATION);
    return times + this.#bytesOf(times, growth) / BYTES_PER_OPERATION;
  }

  /**
   * Returns the bytes that `times` calls read. A scan reads the database once; a product of tables may read the longest
   * value each time.
   */
  #bytesOf(times: number, growth: number): number {
    const { databaseBytes, maxValueLength } = this.#sizes;
    const scanned = Math.max(
      1,
      ...this.#operations.map(({ opcode, p1 }) => (opcode === "OpenRead" ? this.#rowsOf(p1, []) : 0)),
    );
    return Math.min(times * maxValueLength, times <= scanned ? databaseBytes : Number.POSITIVE_INFINITY) * growth;
  }

  /** Returns how often the operation at an address is executed. */
  #times(at: number, above: readonly number[]): number {
    return bounded(this.#executions, at, () =>
      above.includes(at) ? Number.POSITIVE_INFINITY : this.#countTimes(at, [...above, at]),
    );
  }

  #countTimes(at: number, path: readonly number[]): number {
    const own = this.#loops
      .filter(({ from, to }) => from <= at && at <= to)
      .reduce((product, loop) => product * Math.max(1, this.#iterations(loop, path)), 1);
    const called = this.#subroutines.find(({ from, to }) => from <= at && at <= to);
    if (called === undefined) return own;
    return own * called.calls.reduce((sum, call) => sum + this.#times(call, path), 0);
  }

  #iterations({ from, to, cursor }: Loop, path: readonly number[]): number {
    if (cursor !== null) return Math.min(this.#rowsOf(cursor, path), this.#groupOf(cursor, from, to));
    const target = this.#operations[from];
    if (target?.opcode !== "Yield") return this.#maxRows(path);
    const yields = this.#operations.flatMap(({ opcode, p1 }, at) =>
      opcode === "Yield" && p1 === target.p1 && at !== from ? [at] : [],
    );
    return yields.reduce((sum, at) => sum + this.#times(at, path), 0);
  }

  /** Returns the number of rows with one key, for a loop that seeks a key and ends after it. */
  #groupOf(cursor: number, from: number, to: number): number {
    const end = this.#operations.slice(from, to).find(({ opcode, p1 }) => ENDS.has(opcode) && p1 === cursor);
    const seek = this.#operations.slice(0, from).findLast(({ opcode, p1 }) => SEEKS.has(opcode) && p1 === cursor);
    const opened = this.#opened(cursor);
    if (end === undefined || seek === undefined || opened?.opcode !== "OpenRead") return Number.POSITIVE_INFINITY;
    const isEqual = end.p3 === seek.p3 && end.p4 === seek.p4;
    return isEqual ? this.#sizes.largestGroup(opened.p2, Number(end.p4)) : Number.POSITIVE_INFINITY;
  }

  #rowsOf(cursor: number, path: readonly number[]): number {
    return bounded(this.#rows, cursor, () => this.#countRows(cursor, path));
  }

  #countRows(cursor: number, path: readonly number[]): number {
    const opened = this.#opened(cursor);
    if (opened === undefined) return Number.POSITIVE_INFINITY;
    if (opened.opcode === "OpenPseudo") return 1;
    if (opened.opcode === "VOpen") return this.#sizes.virtualRows;
    if (opened.opcode === "OpenRead" || opened.opcode === "ReopenIdx") return this.#sizes.rowsAt(opened.p2);
    const sources = opened.opcode === "OpenDup" ? [cursor, opened.p2] : [cursor, ...this.#copiesOf(cursor)];
    return this.#operations.reduce(
      (sum, { opcode, p1 }, at) => (INSERTS.has(opcode) && sources.includes(p1) ? sum + this.#times(at, path) : sum),
      0,
    );
  }

  #copiesOf(cursor: number): number[] {
    return this.#operations.flatMap(({ opcode, p1, p2 }) => (opcode === "OpenDup" && p2 === cursor ? [p1] : []));
  }

  #opened(cursor: number): Operation | undefined {
    return this.#operations.find(({ opcode, p1 }) => OPENS.has(opcode) && p1 === cursor);
  }

  #maxRows(path: readonly number[]): number {
    const cursors = this.#operations.flatMap(({ opcode, p1 }) => (OPENS.has(opcode) ? [p1] : []));
    return Math.max(1, ...cursors.map((cursor) => this.#rowsOf(cursor, path)));
  }
}

/** Returns a known bound, or computes it and remembers a finite one. */
function bounded(known: Map<number, number>, key: number, compute: () => number): number {
  const found = known.get(key) ?? compute();
  if (Number.isFinite(found)) known.set(key, found);
  return found;
}

/** A loop is a jump back. The last operation's jump to 1 starts the program. */
function loopAt({ opcode, p1, p2, p3 }: Operation, at: number, length: number): Loop[] {
  if (STEPS.has(opcode)) return p2 <= at ? [{ from: p2, to: at, cursor: p1 }] : [];
  if (opcode === "Jump") {
    const back = [p1, p2, p3].filter((target) => target <= at);
    return back.length === 0 ? [] : [{ from: Math.min(...back), to: at, cursor: null }];
  }
  const jumpsBack = /^(Goto|If|Eq$|Ne$|L[te]$|G[te]$|DecrJumpZero|RowSetRead)/.test(opcode) && p2 > 0 && p2 <= at;
  return jumpsBack && !(at === length - 1 && p2 === 1) ? [{ from: p2, to: at, cursor: null }] : [];
}

function subroutinesOf(operations: readonly Operation[]): Subroutine[] {
  const found = new Map<number, Subroutine>();
  for (const [at, { opcode, p1, p2 }] of operations.entries()) {
    if (opcode !== "Gosub") continue;
    const to = operations.findLastIndex((one, end) => one.opcode === "Return" && one.p1 === p1 && end >= p2);
    const known = found.get(p2);
    if (known === undefined) found.set(p2, { from: p2, to: Math.max(p2, to), calls: [at] });
    else known.calls.push(at);
  }
  return [...found.values()];
}
