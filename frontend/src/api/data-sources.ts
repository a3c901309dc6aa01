import type { DataTarget, Page } from "../../../worker/contract/index.ts";
import { api, at, read } from "./client.ts";

/** One of an app's databases, as the API names it: a Durable Object's, a D1 database, or that of `App` without either. */
export type DataSource = { object?: string; database?: string };

/** A database with the title under which it is chosen. */
export type NamedSource = { title: string; source: DataSource };

const pathOf = (id: string, target: DataTarget, cursor: string | null) => ({
  params: { path: { id, target }, query: { limit: "100", ...at(cursor) } },
});

/** Reads every page of a short list. */
async function everyPage<T>(list: (cursor: string | null) => Promise<Page<T>>): Promise<T[]> {
  const rows: T[] = [];
  for (let cursor: string | null = null; ; ) {
    const { data, pagination }: Page<T> = await list(cursor);
    rows.push(...data);
    if (pagination.nextCursor === null) return rows;
    cursor = pagination.nextCursor;
  }
}

/** Lists the databases that an app has beside that of `App`: its Durable Objects' and its D1 databases. */
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

/** Identifies a database among those of an app. */
export const sourceKey = ({ object, database }: DataSource): string =>
  database === undefined ? (object ?? "") : `d1 ${database}`;
