/** Whether the session's project was deleted a moment ago: no run is queued any more. */
export const isDeleted = (sql: SqlStorage): boolean => sql.exec("SELECT 1 FROM deletion").toArray().length > 0;

export function markDeleted(sql: SqlStorage, at: number): void {
  sql.exec("INSERT OR REPLACE INTO deletion (id, at) VALUES (1, ?)", at);
}
