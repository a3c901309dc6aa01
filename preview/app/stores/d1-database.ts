// Code that runs in the isolate of a project's stores: one D1 database, a facet with its own SQLite. It uses the
// response format of D1's own service, whose client (d1-client.ts) and errors apps know.

/** Maximum bytes of the texts and blobs in the results of one call. */
const MAX_RESULT_BYTES = 16 * 1024 * 1024;

/** The module's source. It exports the class `D1Database`. */
export const D1_DATABASE = String.raw`import { DurableObject } from "cloudflare:workers";
import { limitStorage } from "./storage-limit.js";
import { answer } from "./store-call.js";
import { addDataMethod, keepStorage } from "./data-access.js";
import { withIntegers } from "./sql-bindings.js";
import { withoutLastComments, withWholeWrites } from "./sql-exec.js";

const identifier = (name) => '"' + name.replaceAll('"', '""') + '"';
const messageOf = (failure) => (failure instanceof Error ? failure.message : String(failure));
const isBlank = ({ sql }) => sql.replace(/^\s+--.*/gm, "").trim() === "";

export class D1Database extends DurableObject {
  constructor(ctx, env) {
    super(ctx, env);
    limitStorage(ctx.storage, env.MAX_BYTES);
    keepStorage(this, forOwner(ctx.storage));
  }

  /** Applies the migrations that are not recorded yet, each as a whole, up to the first that fails. */
  migrate(table, migrations) {
    const { sql } = this.ctx.storage;
    const record = identifier(table);
    // A full database accepts no CREATE, even of a table that exists.
    if ([...sql.exec("SELECT 1 FROM sqlite_schema WHERE name = ?", table)].length === 0)
      sql.exec("CREATE TABLE " + record + " (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE, applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL)");
    const applied = new Set([...sql.exec("SELECT name FROM " + record)].map(({ name }) => name));
    for (const { name, sql: script } of migrations) {
      if (applied.has(name)) continue;
      try {
        this.#atomic(() => {
          if (script.replace(/--.*|\/\*[^]*?\*\//g, "").trim() !== "") this.#runAll(script);
          sql.exec("INSERT INTO " + record + " (name) VALUES (?)", name);
        });
      } catch (failure) {
        return { name, message: messageOf(failure) };
      }
    }
    return null;
  }

  fetch(request) {
    return answer(request, new Map([["query", (queries) => [this.#query(queries)]]]));
  }

  /** Runs queries as one transaction. A failed query is a part of the answer, since the client needs its message alone. */
  #query(given) {
    try {
      const queries = given.filter((query) => !isBlank(query));
      if (queries.length === 0) throw new Error("No SQL statements detected.");
      const room = { bytes: ${MAX_RESULT_BYTES} };
      return { results: this.#atomic(() => queries.map((query) => this.#run(query, room))) };
    } catch (failure) {
      return { error: messageOf(failure) };
    }
  }

  /** The runtime itself would break the object at a violated key that a transaction deferred, with an error that no app sees. */
  #atomic(work) {
    const { storage } = this.ctx;
    return storage.transactionSync(() => {
      const result = work();
      const [deferred] = storage.sql.exec("PRAGMA defer_foreign_keys").raw();
      if (deferred?.[0] === 1 && [...storage.sql.exec("PRAGMA foreign_key_check")].length > 0)
        throw new Error("FOREIGN KEY constraint failed: SQLITE_CONSTRAINT (extended: SQLITE_CONSTRAINT_FOREIGNKEY)");
      storage.sql.exec("PRAGMA defer_foreign_keys = off");
      return result;
    });
  }

  #runAll(script) {
    [...this.ctx.storage.sql.exec(withoutLastComments(script))];
  }

  #changes() {
    const { sql } = this.ctx.storage;
    return { ...sql.exec("SELECT total_changes() AS changes, last_insert_rowid() AS rowId").one(), bytes: sql.databaseSize };
  }

  #run({ sql, params }, room) {
    const before = this.#changes();
    const from = performance.now();
    const values = (params ?? []).map((value) => (Array.isArray(value) ? new Uint8Array(value) : value));
    const cursor = this.ctx.storage.sql.exec(sql, ...values);
    const rows = [];
    const unread = cursor.raw();
    try {
      for (let row = unread.next(); !row.done; row = unread.next()) rows.push(row.value.map((value) => received(value, room)));
    } finally {
      // The runtime can neither commit nor roll back while a write's rows are unread, and would break the object.
      while (!unread.next().done);
    }
    const duration = performance.now() - from;
    const after = this.#changes();
    const changes = after.changes - before.changes;
    return {
      columns: cursor.columnNames,
      rows,
      meta: {
        served_by: "edgesmith.d1",
        served_by_primary: true,
        total_attempts: 1,
        timings: { sql_duration_ms: duration },
        duration,
        changes,
        last_row_id: after.rowId,
        changed_db: changes !== 0 || after.rowId !== before.rowId || after.bytes !== before.bytes,
        size_after: after.bytes,
        rows_read: cursor.rowsRead,
        rows_written: cursor.rowsWritten,
      },
    };
  }
}

/** The owner's statements bind whole numbers as INTEGER, while those of the app bind as D1 does. */
function forOwner(storage) {
  const { sql } = storage;
  const exec = withWholeWrites(withIntegers(sql.exec)).bind(sql);
  return { sql: { exec, get databaseSize() { return sql.databaseSize; } }, transactionSync: (work) => storage.transactionSync(work) };
}

addDataMethod(D1Database);

/** A value as JSON has it: bytes are an array of numbers. */
function received(value, room) {
  room.bytes -= typeof value === "string" ? value.length : (value?.byteLength ?? 8);
  if (room.bytes < 0) throw new Error("The result has more than ${MAX_RESULT_BYTES / 1024 / 1024} MB. Read fewer rows at once.");
  return value instanceof ArrayBuffer ? [...new Uint8Array(value)] : value;
}
`;
