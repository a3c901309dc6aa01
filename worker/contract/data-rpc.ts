// An app's data between the API Worker and the preview Worker. Types only.
import type { AppKind } from "./people-rpc.ts";

/** Which of a project's apps: the preview's, the published one or the staged one. Each has data of its own. */
export type DataTarget = AppKind;

/** The database of one of the app's Durable Objects of another class than `App`, or one of its D1 databases, by name. */
export type DataObject = { className: string; id: string } | { database: string };

/**
 * A value of SQLite as JSON. An integer beyond 2^53 is a string of its digits, bytes are in base64, and an infinity is
 * its name. A boolean is stored as 1 or 0.
 */
export type DataValue =
  | string
  | number
  | boolean
  | null
  | { integer: string }
  | { blob: string }
  | { real: "Infinity" | "-Infinity" };
export type DataRow = Record<string, DataValue>;
/** Values by the names of columns. */
export type DataValues = Record<string, DataValue>;

export type DataColumn = {
  name: string;
  type: string;
  notNull: boolean;
  primaryKey: boolean;
  generated: boolean;
  /** The default as an expression of SQL. */
  default: string | null;
};

/** `editable`: whether its rows have a rowid, by which the API changes them. `rowCount` is null for a view. */
export type DataTable = {
  name: string;
  type: "table" | "view" | "virtual";
  columns: DataColumn[];
  editable: boolean;
  rowCount: number | null;
};

export type DataOrder = "asc" | "desc";
export type DataFilter = {
  column: string;
  operator: "eq" | "ne" | "lt" | "lte" | "gt" | "gte" | "contains" | "null" | "notNull";
  value: string;
};

/** A page of rows after a key, by rowid or by a column. */
export type DataRowsQuery = {
  table: string;
  limit: number;
  after: string | null;
  order: DataOrder;
  sort: string | null;
  filter: DataFilter | null;
};
/** `next` is the key of the next page, null for the last page. */
export type DataRowsPage = { rows: DataRow[]; next: string | null };
export type DataQueryResult = { columns: string[]; rows: DataRow[]; truncated: boolean };
/** A part of a database as SQL, and the position of the next part. */
export type DataDumpPart = { text: string; next: { table: number; after: string | null } | null };

/** `revision`: taken before a revision's code first ran. `restore`: taken before another snapshot was restored. */
export type SnapshotReason = "requested" | "revision" | "restore";
export type DataSnapshot = {
  id: string;
  createdAt: string;
  expiresAt: string;
  reason: SnapshotReason;
  revision: number | null;
  /** The size of the database of `App`. */
  bytes: number;
};

/** An operation on an app's data. `object` is null for the database of `App`. */
export type DataOperation =
  | { kind: "tables"; object: DataObject | null }
  | { kind: "rows"; object: DataObject | null; query: DataRowsQuery }
  | { kind: "insert"; object: DataObject | null; table: string; values: DataValues }
  | { kind: "import"; object: DataObject | null; table: string; columns: string[]; rows: DataValue[][] }
  | { kind: "update"; object: DataObject | null; table: string; rowid: DataValue; values: DataValues }
  | { kind: "delete"; object: DataObject | null; table: string; rowid: DataValue }
  | { kind: "query"; object: DataObject | null; sql: string; params: DataValue[] }
  | { kind: "dump"; object: DataObject | null; at: DataDumpPart["next"] }
  | { kind: "objects" }
  | { kind: "databases" }
  | { kind: "snapshots" }
  | { kind: "snapshot" }
  | { kind: "restore"; id: string }
  | { kind: "findBefore"; revision: number }
  | { kind: "restoreBefore"; revision: number }
  | { kind: "deleteSnapshot"; id: string };

export type DataFaultCode =
  | "not_found"
  | "invalid_cursor"
  | "invalid_value"
  | "invalid_query"
  | "read_only"
  | "query_refused"
  | "constraint_failed"
  | "storage_full"
  | "snapshot_expired";

/** The result of an operation, which the caller parses; or the fault, with a sentence for the app's owner. */
export type DataAnswer = { value: unknown } | { fault: DataFaultCode; detail: string };
