import type { Context } from "hono";
import type { AppEnv } from "./environment.ts";

/** The caller's address as Cloudflare saw it; local work has none, and one bucket. */
export const addressOf = (c: Context<AppEnv>): string => c.req.header("cf-connecting-ip") ?? "local";
