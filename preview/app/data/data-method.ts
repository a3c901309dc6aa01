// Code that runs inside a generated app's isolate: the method through which the platform reads and writes the app's
// data.

/**
 * Name of the platform's method on each object of an app. The class with this method extends the app's own class, so an
 * app's method of the same name is never called.
 */
export const DATA_METHOD = "__edgesmith_data";

/**
 * The module's source. `addDataMethod(Class)` adds the method to a class, and `keepStorage(object, storage)` registers
 * an object's storage. The method executes statements as one transaction. It returns SQLite's errors as text, so an
 * exception always means a failure of the app itself.
 */
export const DATA_ACCESS = `
const storages = new WeakMap();
const NAME = "${DATA_METHOD}";

export const keepStorage = (object, storage) => storages.set(object, storage);

export function addDataMethod(Class) {
  const value = function (request) {
    return execute(storages.get(this), request);
  };
  Object.defineProperty(Class.prototype, NAME, { value, writable: false, configurable: false });
}

function execute(storage, { statements, maxRows, maxBytes }) {
  try {
    const results = storage.transactionSync(() => statements.map((statement) => run(storage.sql, statement, { maxRows, maxBytes })));
    return { results, databaseSize: storage.sql.databaseSize };
  } catch (error) {
    return { error: String(error?.message ?? error) };
  }
}

/** A cursor steps lazily, so a statement whose rows are not read is not executed any further. */
function run(sql, { text, values }, { maxRows, maxBytes }) {
  const cursor = sql.exec(text, ...values.map(toBinding));
  const rows = [];
  let bytes = 0;
  for (const row of cursor.raw()) {
    if (rows.length >= maxRows || bytes >= maxBytes) return { columns: cursor.columnNames, rows, truncated: true };
    rows.push(row);
    for (const value of row) bytes += 8 + (value?.length ?? value?.byteLength ?? 0);
  }
  return { columns: cursor.columnNames, rows, truncated: false };
}

const toBinding = (value) => (typeof value === "object" && value !== null && "integer" in value ? BigInt(value.integer) : value);
`;
