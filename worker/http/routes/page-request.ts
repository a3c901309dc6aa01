import type { Context } from "hono";
import { type PageRequest, pageRequest } from "../../database/index.ts";
import type { AppEnv } from "../environment.ts";

type Query = { limit?: string | undefined; cursor?: string | undefined } & Record<string, string | undefined>;

/**
 * Parses the requested page. A cursor is valid only for the same list: the path with all other query parameters, which
 * determine the filter and the order.
 * @throws AppError `invalid_limit`, `invalid_cursor`
 */
export function pageRequestOf(c: Context<AppEnv>, { limit, cursor, ...filters }: Query): PageRequest {
  const listedBy = Object.entries(filters)
    .flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))
    .sort(([a = ""], [b = ""]) => (a < b ? -1 : 1));
  return pageRequest(`${c.req.path}?${new URLSearchParams(listedBy)}`, { limit, cursor });
}
