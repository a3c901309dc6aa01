/** Descriptions of properties that an app's data and schedules have, by name. */
export const dataDescriptions = {
  blob: "Bytes, as base64.",
  className: "The name of the Durable Object's class.",
  columns: "The columns in order.",
  dueAt: "When it is due.",
  inserted: "The number of inserted rows.",
  integer: "An integer beyond 2^53, in digits.",
  lastOutcome: "The outcome of the last run.",
  notNull: "Whether the column refuses NULL.",
  primaryKey: "Whether the column is part of the primary key.",
  real: "A number that JSON cannot represent.",
  rows: "The rows as objects.",
  snapshotId: "The snapshot that the data was restored to, or null.",
  sql: "One read-only statement.",
};
