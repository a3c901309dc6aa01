import type { Context } from "hono";
import { type PageRequest, pageRequest } from "../database/index.ts";
import type { AppEnv } from "./environment.ts";

type Query = { limit?: string | undefined; cursor?: string | undefined };

/**
 * The page that a request asks for. A list is its address, with what else of the query decides what is listed and how.
 * @throws AppError `invalid_limit`, `invalid_cursor`
 */
export const paged = (c: Context<AppEnv>, query: Query, listedBy = ""): PageRequest =>
  pageRequest(`${c.req.path}?${listedBy}`, query);
