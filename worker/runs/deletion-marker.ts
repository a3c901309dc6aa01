/** Whether the Session's project was deleted recently: the Session then enqueues no run. */
export const isDeleted = (sql: SqlStorage): boolean => sql.exec("SELECT 1 FROM deletion").toArray().length > 0;

/**
 * Marks the Session's project as deleted.
 * @param at milliseconds since the epoch
 */
export function markDeleted(sql: SqlStorage, at: number): void {
  sql.exec("INSERT OR REPLACE INTO deletion (id, at) VALUES (1, ?)", at);
}
