/** The part of a Durable Object's storage that this needs, so that no Workers types do. */
type SqliteStorage = {
  sql: { exec(query: string, ...bindings: (string | number)[]): { toArray(): Record<string, unknown>[] } };
  transactionSync<T>(work: () => T): T;
};

/** Statements that bring a schema to its next version. A released one never changes: append another. */
export type SqliteMigration = readonly string[];

/**
 * Brings one component's tables in a Durable Object's SQLite to their newest version. Each migration is one transaction, and runs once
 * in every object; the version is a row of `schema_version`, since `PRAGMA user_version` is not allowed there. Objects from before
 * there were versions have none, so that a component's first migration must be one that can run again (`IF NOT EXISTS`). A version
 * that is newer than the code, as after a rollback, is left as it is.
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
