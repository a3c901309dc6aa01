import type { Context } from "hono";
import { type DataFilter, type DataTarget, dataRoutes } from "../../contract/index.ts";
import { AppError } from "../../errors.ts";
import {
  createDataSnapshot,
  type DataPlace,
  deleteDataRow,
  deleteDataSnapshot,
  exportData,
  exportDataTable,
  importDataTable,
  insertDataRow,
  listDataDatabases,
  listDataObjects,
  listDataRows,
  listDataSnapshots,
  listDataTables,
  objectFrom,
  queryData,
  restoreDataSnapshot,
  updateDataRow,
} from "../../preview/index.ts";
import type { AppEnv } from "../environment.ts";
import { withPolicies } from "../middleware/protected-route.ts";
import { requestContext } from "../middleware/request-context.ts";
import { textIn } from "../middleware/strict-body.ts";
import { extendedValue } from "./extended-value.ts";
import { newRouter } from "./new-router.ts";
import { pageRequestOf } from "./page-request.ts";

/** Routes of an app's data. */
export function dataRouter() {
  const router = newRouter();
  routeRows(router);
  routeFiles(router);
  routeSnapshots(router);
  return router;
}

type Router = ReturnType<typeof newRouter>;

function routeRows(router: Router): void {
  router
    .openapi(withPolicies(dataRoutes.listDataObjects), async (c) => {
      const place = placeOf(c.req.valid("param"));
      return c.json(
        await listDataObjects(requestContext(c), c.env.PREVIEW, place, pageRequestOf(c, c.req.valid("query"))),
        200,
      );
    })
    .openapi(withPolicies(dataRoutes.listDataDatabases), async (c) => {
      const place = placeOf(c.req.valid("param"));
      return c.json(
        await listDataDatabases(requestContext(c), c.env.PREVIEW, place, pageRequestOf(c, c.req.valid("query"))),
        200,
      );
    })
    .openapi(withPolicies(dataRoutes.listDataTables), async (c) => {
      const query = c.req.valid("query");
      const place = placeOf(c.req.valid("param"), query);
      return c.json(await listDataTables(requestContext(c), c.env.PREVIEW, place, pageRequestOf(c, query)), 200);
    })
    .openapi(withPolicies(dataRoutes.listDataRows), async (c) => {
      const { table, ...param } = c.req.valid("param");
      const query = c.req.valid("query");
      const { order, sort = null } = query;
      const input = { table, order, sort, filter: filterFrom(query), page: pageRequestOf(c, query) };
      return c.json(await listDataRows(requestContext(c), c.env.PREVIEW, placeOf(param, query), input), 200);
    })
    .openapi(withPolicies(dataRoutes.insertDataRow), async (c) => {
      const { table, ...param } = c.req.valid("param");
      const place = placeOf(param, c.req.valid("query"));
      const { values } = c.req.valid("json");
      return c.json(await insertDataRow(requestContext(c), c.env.PREVIEW, place, { table, values }), 201);
    })
    .openapi(withPolicies(dataRoutes.updateDataRow), async (c) => {
      const { table, rowid, ...param } = c.req.valid("param");
      const place = placeOf(param, c.req.valid("query"));
      const { values } = c.req.valid("json");
      return c.json(await updateDataRow(requestContext(c), c.env.PREVIEW, place, { table, rowid, values }), 200);
    })
    .openapi(withPolicies(dataRoutes.deleteDataRow), async (c) => {
      const { table, rowid, ...param } = c.req.valid("param");
      const place = placeOf(param, c.req.valid("query"));
      await deleteDataRow(requestContext(c), c.env.PREVIEW, place, { table, rowid });
      return c.body(null, 204);
    })
    .openapi(withPolicies(dataRoutes.queryData), async (c) => {
      const place = placeOf(c.req.valid("param"), c.req.valid("query"));
      return c.json(await queryData(requestContext(c), c.env.PREVIEW, place, c.req.valid("json")), 200);
    });
}

function routeFiles(router: Router): void {
  router
    .openapi(withPolicies(dataRoutes.exportDataTable), async (c) => {
      const { table, ...param } = c.req.valid("param");
      const place = placeOf(param, c.req.valid("query"));
      const stream = await exportDataTable(requestContext(c), c.env.PREVIEW, place, table);
      return sendFile(c, stream, { type: "text/csv; charset=utf-8", name: `${table}.csv` });
    })
    .openapi(withPolicies(dataRoutes.exportData), async (c) => {
      const place = placeOf(c.req.valid("param"), c.req.valid("query"));
      const stream = await exportData(requestContext(c), c.env.PREVIEW, place);
      return sendFile(c, stream, { type: "application/sql", name: `${place.target}.sql` });
    })
    .openapi(withPolicies(dataRoutes.importDataTable), async (c) => {
      if (!/^text\/csv *(;|$)/i.test(c.req.header("content-type") ?? ""))
        throw new AppError("unsupported_media_type", "The body must be text/csv.");
      const { table, ...param } = c.req.valid("param");
      const place = placeOf(param, c.req.valid("query"));
      const csv = textIn(await c.req.arrayBuffer());
      if (csv === null) throw new AppError("invalid_request", "The CSV is not valid UTF-8.");
      return c.json({ inserted: await importDataTable(requestContext(c), c.env.PREVIEW, place, { table, csv }) }, 200);
    });
}

function routeSnapshots(router: Router): void {
  router
    .openapi(withPolicies(dataRoutes.listDataSnapshots), async (c) => {
      const place = placeOf(c.req.valid("param"));
      return c.json(
        await listDataSnapshots(requestContext(c), c.env.PREVIEW, place, pageRequestOf(c, c.req.valid("query"))),
        200,
      );
    })
    .openapi(withPolicies(dataRoutes.createDataSnapshot), async (c) => {
      return c.json(await createDataSnapshot(requestContext(c), c.env.PREVIEW, placeOf(c.req.valid("param"))), 201);
    })
    .openapi(withPolicies(dataRoutes.deleteDataSnapshot), async (c) => {
      const { snapshot, ...param } = c.req.valid("param");
      await deleteDataSnapshot(requestContext(c), c.env.PREVIEW, placeOf(param), snapshot);
      return c.body(null, 204);
    })
    .openapi(withPolicies(dataRoutes.restoreDataSnapshot), async (c) => {
      const { snapshot, ...param } = c.req.valid("param");
      return c.json(await restoreDataSnapshot(requestContext(c), c.env.PREVIEW, placeOf(param), snapshot), 200);
    });
}

const placeOf = (
  { id, target }: { id: string; target: DataTarget },
  source: Parameters<typeof objectFrom>[0] = {},
): DataPlace => ({ projectId: id, target, object: objectFrom(source) });

type FilterQuery = {
  filterColumn?: string | undefined;
  filterOperator?: DataFilter["operator"] | undefined;
  filterValue?: string | undefined;
};

/** @throws AppError `invalid_request` for a part of a filter */
function filterFrom({ filterColumn, filterOperator = "eq", filterValue = "" }: FilterQuery): DataFilter | null {
  if (filterColumn !== undefined) return { column: filterColumn, operator: filterOperator, value: filterValue };
  if (filterValue === "" && filterOperator === "eq") return null;
  throw new AppError("invalid_request", "A filter needs filterColumn.");
}

function sendFile(
  c: Context<AppEnv>,
  stream: ReadableStream<Uint8Array>,
  { type, name }: { type: string; name: string },
) {
  const headers = {
    "Content-Type": type,
    "Content-Disposition": `attachment; filename*=UTF-8''${extendedValue(name)}`,
  };
  // A HEAD response has no reader.
  return c.req.method === "HEAD" ? c.body(null, 200, headers) : c.body(stream, 200, headers);
}
