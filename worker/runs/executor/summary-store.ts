import type { KeptSummary, SummaryStore } from "../../agents/index.ts";

/** Keeps the summary of the project's conversation in its Session's SQLite. */
export const summaryStore = (sql: SqlStorage): SummaryStore => ({
  read: () => sql.exec<KeptSummary>("SELECT through, text FROM summary").toArray()[0] ?? null,
  save: ({ through, text }) => {
    sql.exec("INSERT OR REPLACE INTO summary (id, through, text) VALUES (1, ?, ?)", through, text);
  },
});
