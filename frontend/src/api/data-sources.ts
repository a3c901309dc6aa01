import type { DataTarget, Page } from "../../../worker/contract/index.ts";
import { api, at, read } from "./client.ts";

/**
 * One of an app's databases, in the API's terms: a Durable Object's, a D1 database, or `App`'s own when both are
 * absent.
 */
export type DataSource = { object?: string; database?: string };

/** A database with its title in the selection. */
export type NamedSource = { title: string; source: DataSource };

const pathOf = (id: string, target: DataTarget, cursor: string | null) => ({
  params: { path: { id, target }, query: { limit: "100", ...at(cursor) } },
});

/** Reads all pages of a short list. */
async function everyPage<T>(list: (cursor: string | null) => Promise<Page<T>>): Promise<T[]> {
  const rows: T[] = [];
  for (let cursor: string | null = null; ; ) {
    const { data, pagination }: Page<T> = await list(cursor);
    rows.push(...data);
    if (pagination.nextCursor === null) return rows;
    cursor = pagination.nextCursor;
  }
}

/** Lists an app's databases other than that of `App`: the databases of its Durable Objects, and its D1 databases. */
export async function listDataSources(id: string, target: DataTarget): Promise<NamedSource[]> {
  const [objects, databases] = await Promise.all([
    everyPage((cursor) => read(api.GET("/v1/projects/{id}/data/{target}/objects", pathOf(id, target, cursor)))),
    everyPage((cursor) => read(api.GET("/v1/projects/{id}/data/{target}/databases", pathOf(id, target, cursor)))),
  ]);
  return [
    ...databases.map(({ name }) => ({ title: `D1: ${name}`, source: { database: name } })),
    ...objects.map(({ className, id: objectId, name }) => ({
      title: `${className}: ${name ?? objectId.slice(0, 12)}`,
      source: { object: `${className}:${objectId}` },
    })),
  ];
}

/** Returns a key that identifies a database among an app's databases. */
export const sourceKey = ({ object, database }: DataSource): string =>
  database === undefined ? (object ?? "") : `d1 ${database}`;
