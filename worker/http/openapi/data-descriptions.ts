/** Descriptions of properties that an app's data and schedules have, by name. */
export const dataDescriptions = {
  blob: "Bytes, as base64.",
  className: "The name of the Durable Object's class.",
  columns: "The columns in order.",
  dueAt: "When it is due.",
  inserted: "How many rows were inserted.",
  integer: "An integer beyond 2^53, in digits.",
  lastOutcome: "How it ended the last time.",
  notNull: "Whether the column refuses NULL.",
  primaryKey: "Whether the column is part of the primary key.",
  real: "A number that JSON does not have.",
  rows: "The rows as objects.",
  snapshotId: "The snapshot that the data was restored to; null where there was none.",
  sql: "One statement that reads.",
};
