import type { Context } from "hono";
import type { AppEnv } from "../environment.ts";

/** Whether a request is to be answered with a stream of Server-Sent Events: by its Accept header, or by an address that has no other answer. */
export const wantsStream = (c: Context<AppEnv>): boolean =>
  c.req.path.endsWith("/stream") || /text\/event-stream/i.test(c.req.header("accept") ?? "");
