/** The part of a Durable Object's storage that migrations use, so that the contract needs no Workers types. */
type SqliteStorage = {
  sql: { exec(query: string, ...bindings: (string | number)[]): { toArray(): Record<string, unknown>[] } };
  transactionSync<T>(work: () => T): T;
};

/** Statements that migrate a schema to its next version. Never change a released migration: append another. */
export type SqliteMigration = readonly string[];

/**
 * Migrates one component's tables in a Durable Object's SQLite to the newest version. Each migration is one transaction,
 * and runs once per object; a row of `schema_version` stores the version, since `PRAGMA user_version` is not allowed
 * there. Objects older than `schema_version` have no row, so a component's first migration must be idempotent
 * (`IF NOT EXISTS`). A version newer than the code, as after a rollback, stays as it is.
 */
export function migrateSqlite(storage: SqliteStorage, component: string, migrations: readonly SqliteMigration[]): void {
  const { sql } = storage;
  sql.exec("CREATE TABLE IF NOT EXISTS schema_version (component TEXT PRIMARY KEY, version INTEGER NOT NULL) STRICT");
  const [row] = sql.exec("SELECT version FROM schema_version WHERE component = ?", component).toArray();
  const applied = Number(row?.version ?? 0);
  migrations.slice(applied).forEach((statements, index) => {
    storage.transactionSync(() => {
      for (const statement of statements) sql.exec(statement);
      sql.exec("INSERT OR REPLACE INTO schema_version VALUES (?, ?)", component, applied + index + 1);
    });
  });
}
