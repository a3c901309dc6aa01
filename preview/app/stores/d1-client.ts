// Code that runs inside a generated app's isolate: the binding of a D1 database, with the same methods, results and
// errors as Cloudflare's. test/preview/stores/conformance.test.ts compares both.

/** The module's source. It exports `d1Binding(gateway)`. */
export const D1_CLIENT = String.raw`import { call } from "./store-call.js";

export const d1Binding = (gateway) => new D1Database(gateway);

/** Libraries wrap these objects in proxies, which cannot reach private fields. */
class D1Database {
  constructor(gateway) {
    this.session = new D1DatabaseSession(gateway, null);
  }
  prepare(query) {
    return new D1PreparedStatement(this.session, query);
  }
  async batch(statements) {
    return this.session.batch(statements);
  }
  async exec(query) {
    const lines = query.trim().split("\n");
    const { results, error } = await this.session.send(lines.map((sql) => ({ sql })));
    if (error !== undefined) throw failed("D1_EXEC_ERROR", "Error in line 1: " + lines[0] + ": " + error);
    return { count: results.length, duration: results.reduce((sum, { meta }) => sum + meta.duration, 0) };
  }
  withSession(constraintOrBookmark) {
    return new D1DatabaseSession(this.session.gateway, constraintOrBookmark?.trim() || "first-unconstrained");
  }
  async dump() {
    throw new Error("D1_DUMP_ERROR: dump() is not supported. Cloudflare's D1 has removed it too: read the tables with SELECT.");
  }
}

let calls = 0;

const hex = (number, digits) => number.toString(16).padStart(digits, "0");

/** One database answers all sessions, so a bookmark tells only which of two is later. It has the form of Cloudflare's. */
function nextBookmark() {
  const at = hex(Date.now(), 16);
  calls += 1;
  return [at.slice(0, 8), at.slice(8), hex(calls, 8), hex(0, 32)].join("-");
}

class D1DatabaseSession {
  constructor(gateway, bookmark) {
    this.gateway = gateway;
    this.bookmark = bookmark;
  }
  prepare(query) {
    return new D1PreparedStatement(this, query);
  }
  async batch(statements) {
    const results = await this.sendOrThrow(statements.map(({ statement, params }) => ({ sql: statement, params })));
    return results.map(withObjects);
  }
  getBookmark() {
    return /^first-(?:primary|unconstrained)$/.test(this.bookmark) ? null : this.bookmark;
  }
  async send(queries) {
    if (!queries.every(({ sql }) => typeof sql === "string")) throw failed("D1_ERROR", "A statement's SQL must be a string.");
    const { json } = await call(this.gateway, "query", queries);
    if (this.bookmark !== null) this.bookmark = nextBookmark();
    return json;
  }
  async sendOrThrow(queries) {
    const { results, error } = await this.send(queries);
    if (error !== undefined) throw failed("D1_ERROR", error);
    return results;
  }
}

class D1PreparedStatement {
  constructor(session, statement, params = []) {
    this.session = session;
    this.statement = statement;
    this.params = params;
  }
  bind(...values) {
    return new D1PreparedStatement(this.session, this.statement, values.map(sent));
  }
  async first(column) {
    const [row] = withObjects(await this.send()).results;
    if (row === undefined) return null;
    if (column === undefined) return row;
    if (row[column] === undefined) throw failed("D1_COLUMN_NOTFOUND", "Column not found (" + column + ")", "Column not found");
    return row[column];
  }
  async all() {
    return withObjects(await this.send());
  }
  async run() {
    return withObjects(await this.send());
  }
  async raw(options) {
    const { columns, rows } = await this.send();
    return options?.columnNames ? [columns, ...rows] : rows;
  }
  async send() {
    const [result] = await this.session.sendOrThrow([{ sql: this.statement, params: this.params }]);
    return result;
  }
}

const failed = (code, message, cause = message) => new Error(code + ": " + message, { cause: new Error(cause) });

const withObjects = ({ columns, rows, meta }) => ({
  success: true,
  meta,
  results: rows.map((row) => Object.fromEntries(columns.map((name, index) => [name, row[index]]))),
});

const isByte = (value) => typeof value === "number" && value >= 0 && value < 256;

/** A value as JSON has it; bytes are an array of numbers. */
function sent(value) {
  const type = typeof value;
  if (type === "number" || type === "string" || value === null) return value;
  if (type === "boolean") return value ? 1 : 0;
  if (Array.isArray(value) && value.every(isByte)) return value;
  if (value instanceof ArrayBuffer) return [...new Uint8Array(value)];
  // A DataView has no elements, and Cloudflare's binding sends none either.
  if (ArrayBuffer.isView(value)) return Array.from(value);
  throw failed("D1_TYPE_ERROR", "Type '" + type + "' not supported for value '" + value + "'");
}
`;
