import type { DataFilter, DataOrder, DataTarget, DataValue } from "../../../worker/contract/index.ts";
import { api, at, enc, read } from "./client.ts";
import type { DataSource } from "./data-sources.ts";

/** A project's data: the preview's or the published app's. */
type AppData = { id: string; target: DataTarget };
/** One database of an app. */
export type DataPlace = AppData & { source: DataSource };
export type RowsInput = { table: string; order: DataOrder; sort: string | null; filter: DataFilter | null };
type RowPlace = DataPlace & { table: string; rowid: string };

const within = <Path extends AppData>({ source, ...path }: Path & { source: DataSource }) => ({
  params: { path, query: source },
});
const ofApp = ({ id, target }: AppData) => ({ id, target });

export const listDataTables = (place: DataPlace, cursor: string | null) =>
  read(
    api.GET("/v1/projects/{id}/data/{target}/tables", {
      params: { path: ofApp(place), query: { limit: "100", ...place.source, ...at(cursor) } },
    }),
  );

export const listDataRows = (place: DataPlace, { table, order, sort, filter }: RowsInput, cursor: string | null) =>
  read(
    api.GET("/v1/projects/{id}/data/{target}/tables/{table}/rows", {
      params: {
        path: { ...ofApp(place), table },
        query: {
          limit: "50",
          ...place.source,
          order,
          ...(sort !== null && { sort }),
          ...(filter !== null && {
            filterColumn: filter.column,
            filterOperator: filter.operator,
            filterValue: filter.value,
          }),
          ...at(cursor),
        },
      },
    }),
  );

export const insertDataRow = (place: DataPlace, table: string, values: Record<string, DataValue>) =>
  read(
    api.POST("/v1/projects/{id}/data/{target}/tables/{table}/rows", {
      ...within({ ...place, table }),
      body: { values },
    }),
  );
export const updateDataRow = (row: RowPlace, values: Record<string, DataValue>) =>
  read(api.PATCH("/v1/projects/{id}/data/{target}/tables/{table}/rows/{rowid}", { ...within(row), body: { values } }));
export const deleteDataRow = (row: RowPlace) =>
  read(api.DELETE("/v1/projects/{id}/data/{target}/tables/{table}/rows/{rowid}", within(row)));

export const importDataTable = (place: DataPlace, table: string, csv: Blob) =>
  read(
    api.POST("/v1/projects/{id}/data/{target}/tables/{table}/import", {
      ...within({ ...place, table }),
      headers: { "content-type": "text/csv" },
      body: csv,
      bodySerializer: (body) => body,
    }),
  );

const dataUrl = ({ id, target }: DataPlace) => `/v1/projects/${enc(id)}/data/${target}`;
const queryOf = ({ source }: DataPlace) => {
  const query = new URLSearchParams(source).toString();
  return query === "" ? "" : `?${query}`;
};
/** Returns the URL of a table's CSV export. */
export const csvUrl = (place: DataPlace, table: string) =>
  `${dataUrl(place)}/tables/${enc(table)}/export.csv${queryOf(place)}`;
/** Returns the URL of the database's SQL export. */
export const sqlUrl = (place: DataPlace) => `${dataUrl(place)}/export.sql${queryOf(place)}`;

export const queryData = (place: DataPlace, sql: string) =>
  read(api.POST("/v1/projects/{id}/data/{target}/query", { ...within(place), body: { sql } }));

export const listDataSnapshots = (place: AppData) =>
  read(
    api.GET("/v1/projects/{id}/data/{target}/snapshots", { params: { path: ofApp(place), query: { limit: "100" } } }),
  );
export const createDataSnapshot = (place: AppData) =>
  read(api.POST("/v1/projects/{id}/data/{target}/snapshots", { params: { path: ofApp(place) } }));
export const restoreDataSnapshot = (place: AppData, snapshot: string) =>
  read(
    api.POST("/v1/projects/{id}/data/{target}/snapshots/{snapshot}/restore", {
      params: { path: { ...ofApp(place), snapshot } },
    }),
  );
export const deleteDataSnapshot = (place: AppData, snapshot: string) =>
  read(
    api.DELETE("/v1/projects/{id}/data/{target}/snapshots/{snapshot}", {
      params: { path: { ...ofApp(place), snapshot } },
    }),
  );
