// Code that runs inside a project's isolates: binds JavaScript values to an SQL statement.

/**
 * The module's source. `withIntegers(exec)` wraps the runtime's `exec` so that it binds booleans, integers and bigints
 * as INTEGER. The runtime binds each number as REAL (12 in a TEXT column is '12.0', 5 / 2 is 2.5) and a boolean as the
 * text 'true'. Only SQL can create an INTEGER, so the parameter becomes `+CAST(? AS INTEGER)`. The plus removes the
 * cast's affinity, so that comparisons and index selection work as for a bare parameter.
 */
export const SQL_BINDINGS = String.raw`
export function withIntegers(exec) {
  return function (query, ...values) {
    if (values.length === 0 || typeof query !== "string") return exec.call(this, query, ...values);
    const integers = values.map(isInteger);
    const sql = integers.includes(true) ? withCasts(query, integers) : query;
    return exec.call(this, sql, ...values.map(toBinding));
  };
}

const LEAST = -(2n ** 63n);
const MOST = 2n ** 63n - 1n;
const isInteger = (value) => typeof value === "boolean" || typeof value === "bigint" || Number.isSafeInteger(value);

/** Text is cast to INTEGER exactly; a number of JavaScript holds 53 bits. */
function toBinding(value) {
  if (typeof value === "boolean") return value ? 1 : 0;
  if (typeof value === "bigint") {
    if (value < LEAST || value > MOST) throw new RangeError("The bigint " + value + " does not fit into SQLite's 64 bits.");
    return String(value);
  }
  if (value instanceof Date) return value.toISOString();
  if (typeof value === "object" && value !== null && String(value) === "[object Object]") {
    throw new TypeError("SQLite cannot store an object. Bind JSON.stringify(value), or one value for each column.");
  }
  return value;
}

const TOKEN = /'[^']*(?:''[^']*)*'?|"[^"]*(?:""[^"]*)*"?|\x60[^\x60]*(?:\x60\x60[^\x60]*)*\x60?|\[[^\]]*\]?|--[^\n]*|\/\*[^]*?(?:\*\/|$)|[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*|\?\d*|[:@#$][\w$\u0080-\uffff]+|;/g;
const KEPT = 500;
const rewritten = new Map();

/** The query with those of its parameters cast that an integer is bound to. */
function withCasts(query, integers) {
  const key = integers.map(Number).join("") + query;
  const known = rewritten.get(key);
  if (known !== undefined) return known;
  if (rewritten.size >= KEPT) rewritten.clear();
  const sql = castParameters(query, integers);
  rewritten.set(key, sql);
  return sql;
}

/** Numbers parameters as SQLite does: a bare ? gets the largest number so far plus one, a name keeps its first. */
function castParameters(query, integers) {
  let largest = 0;
  let names = new Map();
  const numberOf = (token) => {
    if (token === "?") return largest + 1;
    if (token.startsWith("?")) return Number(token.slice(1));
    if (!names.has(token)) names.set(token, largest + 1);
    return names.get(token);
  };
  return query.replace(TOKEN, (token) => {
    if (token === ";") {
      largest = 0;
      names = new Map();
    }
    if (!/^[?:@#$]/.test(token)) return token;
    const number = numberOf(token);
    largest = Math.max(largest, number);
    return integers[number - 1] ? "+CAST(" + token + " AS INTEGER)" : token;
  });
}
`;
