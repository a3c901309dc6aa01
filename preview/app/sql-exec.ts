// Code that runs inside a project's isolates: changes how the `exec` of the runtime's SQLite treats a statement's text
// and rows.

/**
 * The module's source. `withWholeWrites(exec)` wraps the runtime's `exec` so that it reads all rows of a statement with
 * RETURNING at once. The runtime cannot commit while rows of a write are unread: it then breaks the object with an
 * "internal error", so that `const [first] = sql.exec("UPDATE … RETURNING id")` loses all writes of the request. The
 * wrapper also removes comments after the last statement, which the runtime mistakes for a missing statement (workerd
 * 1.20261102).
 */
export const SQL_EXEC = String.raw`
export function withWholeWrites(exec) {
  return function (query, ...values) {
    if (typeof query !== "string") return exec.call(this, query, ...values);
    const cursor = exec.call(this, withoutLastComments(query), ...values);
    return /\breturning\b/i.test(query) ? new ReadCursor(cursor) : cursor;
  };
}

const TOKEN = /'[^']*(?:''[^']*)*'?|"[^"]*(?:""[^"]*)*"?|\x60[^\x60]*(?:\x60\x60[^\x60]*)*\x60?|\[[^\]]*\]?|--[^\n]*|\/\*[^]*?(?:\*\/|$)|;/g;

/** The text up to its last semicolon, where only comments follow that. */
export function withoutLastComments(query) {
  if (!/;\s*(?:--|\/\*)/.test(query)) return query;
  let end = 0;
  let isComment = false;
  let last = 0;
  for (const { 0: token, index } of query.matchAll(TOKEN)) {
    if (query.slice(last, index).trim() !== "") end = 0;
    last = index + token.length;
    if (token === ";") end = last;
    else if (/^(?:--|\/\*)/.test(token)) isComment = true;
    else end = 0;
  }
  return isComment && end > 0 && query.slice(last).trim() === "" ? query.slice(0, end) : query;
}

/** A cursor as the runtime's, over rows that are read. */
class ReadCursor {
  #rows;
  #at = 0;
  constructor(cursor) {
    this.#rows = [...cursor.raw()];
    this.columnNames = cursor.columnNames;
    this.rowsRead = cursor.rowsRead;
    this.rowsWritten = cursor.rowsWritten;
  }
  #objectOf(row) {
    return Object.fromEntries(this.columnNames.map((name, column) => [name, row[column]]));
  }
  *raw() {
    while (this.#at < this.#rows.length) yield this.#rows[this.#at++];
  }
  *[Symbol.iterator]() {
    for (const row of this.raw()) yield this.#objectOf(row);
  }
  next() {
    const row = this.#rows[this.#at];
    if (row === undefined) return { done: true };
    this.#at += 1;
    return { done: false, value: this.#objectOf(row) };
  }
  toArray() {
    return [...this];
  }
  one() {
    const rows = this.toArray();
    if (rows.length === 1) return rows[0];
    throw new Error("Expected exactly one result from SQL query, but got " + (rows.length === 0 ? "no" : "multiple") + " results.");
  }
}
`;
