import type { Context } from "hono";
import type { AppEnv } from "../environment.ts";
import { prefersType } from "./prefers-type.ts";

/**
 * @returns whether the response is a stream of Server-Sent Events: by the Accept header, or because the path has no
 *   other response
 */
export const wantsStream = (c: Context<AppEnv>): boolean =>
  c.req.path.endsWith("/stream") || prefersType(c, "text/event-stream");
