import type { DataValue } from "./data-rpc.ts";
import { timestamp } from "./ids.ts";
import { lazily } from "./lazily.ts";
import { pageOf, pageQuery } from "./pagination.ts";
import { problems } from "./problem.ts";
import { projectPath } from "./projects.ts";
import { defineRoute, emptyBody, json, jsonBody, optionalBody, roleByTarget, z } from "./route.ts";

/** Maximum length of a query, and bytes of the values that it is given. */
export const maxQueryLength = 20_000;

const integer = z.strictObject({ integer: z.string().regex(/^-?\d{1,19}$/) });
const blob = z.strictObject({ blob: z.base64() });
const real = z.strictObject({ real: z.enum(["Infinity", "-Infinity"]) });

export const dataValue: z.ZodType<DataValue> = z
  .union([z.string(), z.number(), z.boolean(), z.null(), integer, blob, real])
  .openapi("DataValue", {
    description:
      'A value of SQLite. An integer beyond 2^53 is `{"integer": "9223372036854775807"}`, bytes are `{"blob": "<base64>"}`, and an ' +
      'infinity is `{"real": "Infinity"}`. A boolean is stored as 1 or 0, and comes back as such.',
  });

const dataColumn = z.object({
  name: z.string(),
  type: z.string().openapi({ description: "The declared type; empty without a declaration." }),
  notNull: z.boolean(),
  primaryKey: z.boolean(),
  generated: z.boolean().openapi({ description: "Whether SQLite computes it; it cannot be written." }),
  default: z.string().nullable().openapi({ description: "The default as an expression of SQL." }),
});

export const dataTable = z
  .object({
    name: z.string(),
    type: z.enum(["table", "view", "virtual"]),
    columns: z.array(dataColumn),
    editable: z.boolean().openapi({
      description: "Whether rows can be changed here. Views, virtual tables and tables WITHOUT ROWID are read-only.",
    }),
    rowCount: z.int().nullable().openapi({ description: "How many rows it has; null for a view." }),
  })
  .openapi("DataTable");

export const dataRow = z.record(z.string(), dataValue).openapi("DataRow", {
  description: "A row by the names of its columns, and with its `rowid`, unless it has none.",
});

export const dataObject = z
  .object({
    className: z.string(),
    id: z.string(),
    name: z.string().nullable().openapi({ description: "The name that the id is derived from, or null." }),
  })
  .openapi("DataObject");

export const dataDatabase = z
  .object({ name: z.string().openapi({ description: "Its name in the wrangler configuration." }) })
  .openapi("DataDatabase");

export const dataQueryResult = z
  .object({
    columns: z.array(z.string()),
    rows: z.array(dataRow),
    truncated: z.boolean().openapi({ description: "Whether there are more rows than these." }),
  })
  .openapi("DataQueryResult");

export const dataSnapshot = z
  .object({
    id: z.string(),
    createdAt: timestamp,
    expiresAt: timestamp,
    reason: z.enum(["requested", "revision", "restore"]).openapi({
      description:
        "`requested` by somebody; before the code of a `revision` ran for the first time; before a `restore` of another.",
    }),
    revision: z.int().nullable().openapi({ description: "The revision whose code ran next; null for other reasons." }),
    bytes: z.int().openapi({ description: "The size of the database of `App`." }),
  })
  .openapi("DataSnapshot");

const object = z
  .string()
  .regex(/^[A-Za-z_$][\w$]*:[0-9a-f]{64}$/)
  .optional()
  .openapi({
    description: "The Durable Object with the database, as `<className>:<id>`; `App` by default.",
  });
const database = z
  .string()
  .min(1)
  .max(500)
  .optional()
  .openapi({ description: "A D1 database by its name, in place of an object's." });
const source = { object, database };

const csv = (description: string) => ({
  description,
  content: { "text/csv": { schema: z.string() } },
});

const tags = ["Data"];
const read = { access: "projects:read" as const, role: roleByTarget, limit: "read" as const, tags };
const write = { access: "projects:write" as const, role: roleByTarget, limit: "write" as const, tags };

const at = "/v1/projects/{id}/data/{target}" as const;

const shapes = lazily(() => {
  const dataTarget = z.enum(["preview", "public", "staging"]);
  const target = projectPath.extend({
    target: dataTarget.openapi({
      description: "The app with the data: the preview, the published app, or the staged app while there is one.",
    }),
  });
  const table = target.extend({ table: z.string().min(1).max(500) });
  const row = table.extend({ rowid: z.string().openapi({ description: "The row's rowid, in digits." }) });
  const snapshot = target.extend({ snapshot: z.string() });
  const inObject = z.object(source);
  const filterOperator = z.enum(["eq", "ne", "lt", "lte", "gt", "gte", "contains", "null", "notNull"]);
  const rowsQuery = pageQuery.extend({
    ...source,
    order: z.enum(["asc", "desc"]).default("asc").openapi({ description: "The order of the rowid, or of `sort`." }),
    sort: z.string().max(500).optional().openapi({ description: "A column to sort by, and then by rowid." }),
    filterColumn: z.string().max(500).optional().openapi({ description: "A column to filter by." }),
    filterOperator: filterOperator.optional().openapi({ description: "The comparison; `contains` ignores case." }),
    filterValue: z.string().max(2_000).optional().openapi({ description: "The value to compare with." }),
  });
  const values = z.strictObject({
    values: z.record(z.string(), dataValue).openapi({ description: "Values by the names of columns." }),
  });

  return { target, table, row, snapshot, inObject, rowsQuery, values };
});

export const dataRoutes = lazily(() => ({
  listDataObjects: defineRoute({
    ...read,
    method: "get",
    path: `${at}/objects`,
    summary: "The app's Durable Objects of other classes than `App`, each with a database of its own",
    request: { params: shapes.target, query: pageQuery },
    responses: { 200: json(pageOf(dataObject), "A page of objects"), ...problems(400, 401, 403, 404, 422) },
  }),
  listDataDatabases: defineRoute({
    ...read,
    method: "get",
    path: `${at}/databases`,
    summary: "The app's D1 databases that have been used, by name",
    request: { params: shapes.target, query: pageQuery },
    responses: { 200: json(pageOf(dataDatabase), "A page of databases"), ...problems(400, 401, 403, 404, 422) },
  }),
  listDataTables: defineRoute({
    ...read,
    method: "get",
    path: `${at}/tables`,
    summary: "The tables and views of the app's database, by name",
    request: { params: shapes.target, query: pageQuery.extend(source) },
    responses: { 200: json(pageOf(dataTable), "A page of tables"), ...problems(400, 401, 403, 404, 422) },
  }),
  listDataRows: defineRoute({
    ...read,
    method: "get",
    path: `${at}/tables/{table}/rows`,
    summary: "The rows of a table; a page of large rows may have fewer than `limit`",
    request: { params: shapes.table, query: shapes.rowsQuery },
    responses: { 200: json(pageOf(dataRow), "A page of rows"), ...problems(400, 401, 403, 404, 422) },
  }),
  insertDataRow: defineRoute({
    ...write,
    method: "post",
    path: `${at}/tables/{table}/rows`,
    audit: "data.row_inserted",
    summary: "Insert a row",
    request: { params: shapes.table, query: shapes.inObject, body: jsonBody(shapes.values) },
    responses: {
      201: json(dataRow, "The stored row"),
      ...problems(400, 401, 403, 404, 409, 413, 415, 422),
    },
  }),
  updateDataRow: defineRoute({
    ...write,
    method: "patch",
    path: `${at}/tables/{table}/rows/{rowid}`,
    audit: "data.row_updated",
    summary: "Change columns of a row",
    request: { params: shapes.row, query: shapes.inObject, body: jsonBody(shapes.values) },
    responses: {
      200: json(dataRow, "The stored row"),
      ...problems(400, 401, 403, 404, 409, 413, 415, 422),
    },
  }),
  deleteDataRow: defineRoute({
    ...write,
    method: "delete",
    path: `${at}/tables/{table}/rows/{rowid}`,
    audit: "data.row_deleted",
    summary: "Delete a row",
    request: { params: shapes.row, query: shapes.inObject },
    responses: { 204: { description: "Deleted" }, ...problems(401, 403, 404, 422) },
  }),
  exportDataTable: defineRoute({
    ...read,
    method: "get",
    path: `${at}/tables/{table}/export.csv`,
    summary: "A table as CSV, with its columns' names first; NULL is an empty field, an empty text is quoted",
    request: { params: shapes.table, query: shapes.inObject },
    responses: { 200: csv("The table"), ...problems(401, 403, 404, 422) },
  }),
  importDataTable: defineRoute({
    ...write,
    method: "post",
    path: `${at}/tables/{table}/import`,
    audit: "data.imported",
    summary: "Insert the rows of a CSV, all or none; its first line has the names of columns",
    request: {
      params: shapes.table,
      query: shapes.inObject,
      body: { required: true, content: { "text/csv": { schema: z.string() } } },
    },
    responses: {
      200: json(z.object({ inserted: z.int() }).openapi("DataImport"), "The number of inserted rows"),
      ...problems(400, 401, 403, 404, 409, 413, 415, 422),
    },
  }),
  exportData: defineRoute({
    ...read,
    method: "get",
    path: `${at}/export.sql`,
    summary: "A dump of the database in SQLite's SQL",
    request: { params: shapes.target, query: shapes.inObject },
    responses: {
      200: { description: "The database", content: { "application/sql": { schema: z.string() } } },
      ...problems(401, 403, 404, 422),
    },
  }),
  queryData: defineRoute({
    ...read,
    method: "post",
    path: `${at}/query`,
    summary: "Execute one read-only statement: at most 1,000 rows and 2 s",
    description:
      "The app waits while SQLite works, so the rows that a statement may read are limited before it runs: one that recurs, " +
      "or that joins large tables without an index, is refused with `query_refused`.",
    request: {
      params: shapes.target,
      query: shapes.inObject,
      body: jsonBody(
        z.strictObject({
          sql: z.string().min(1).max(maxQueryLength),
          params: z.array(dataValue).max(100).optional().openapi({ description: "Values for `?`." }),
        }),
      ),
    },
    responses: { 200: json(dataQueryResult, "Its rows"), ...problems(400, 401, 403, 404, 415, 422) },
  }),
  listDataSnapshots: defineRoute({
    ...read,
    method: "get",
    path: `${at}/snapshots`,
    summary: "Snapshots of all the app's databases, newest first; each is kept for seven days",
    request: { params: shapes.target, query: pageQuery },
    responses: { 200: json(pageOf(dataSnapshot), "A page of snapshots"), ...problems(400, 401, 403, 404, 422) },
  }),
  createDataSnapshot: defineRoute({
    ...write,
    method: "post",
    path: `${at}/snapshots`,
    audit: "data.snapshot_created",
    summary: "Take a snapshot of all the app's databases",
    request: { params: shapes.target, body: optionalBody(emptyBody) },
    responses: { 201: json(dataSnapshot, "The snapshot"), ...problems(400, 401, 403, 404, 415, 422) },
  }),
  deleteDataSnapshot: defineRoute({
    ...write,
    method: "delete",
    path: `${at}/snapshots/{snapshot}`,
    audit: "data.snapshot_deleted",
    summary: "Delete a snapshot",
    request: { params: shapes.snapshot },
    responses: { 204: { description: "Deleted" }, ...problems(401, 403, 404) },
  }),
  restoreDataSnapshot: defineRoute({
    ...write,
    method: "post",
    path: `${at}/snapshots/{snapshot}/restore`,
    audit: "data.restored",
    summary:
      "Restore all the app's databases from a snapshot; a new snapshot is taken first, so that this can be undone",
    request: { params: shapes.snapshot, body: optionalBody(emptyBody) },
    responses: {
      200: json(dataSnapshot, "The snapshot that was restored"),
      ...problems(400, 401, 403, 404, 410, 415, 422),
    },
  }),
}));
