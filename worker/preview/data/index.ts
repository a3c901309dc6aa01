export { type DataPlace, objectFrom } from "./call-data.ts";
export { deleteDataRow, insertDataRow, updateDataRow } from "./change-rows.ts";
export { exportData, exportDataTable } from "./export-data.ts";
export { importDataTable } from "./import-table.ts";
export {
  listDataDatabases,
  listDataObjects,
  listDataRows,
  listDataSnapshots,
  listDataTables,
} from "./list-data.ts";
export { queryData } from "./query-data.ts";
export {
  createDataSnapshot,
  deleteDataSnapshot,
  requireDataBefore,
  restoreDataBefore,
  restoreDataSnapshot,
} from "./snapshots.ts";
