import type { Context } from "hono";
import type { AppEnv } from "./environment.ts";

const listed = (header: string): string[] => header.split(",").map((one) => one.trim().replace(/^W\//, ""));

/** Sets the ETag, and tells whether the caller has this very state already (so that 304 is the answer). */
export function isFresh(c: Context<AppEnv>, etag: string, cacheControl = "private, no-cache"): boolean {
  c.header("ETag", etag);
  c.header("Cache-Control", cacheControl);
  const known = c.req.header("if-none-match");
  return known !== undefined && (known.trim() === "*" || listed(known).includes(etag));
}

/** The state a write names as its precondition; `*` asks only that the thing is there, which every write does. */
export function ifMatchOf(c: Context<AppEnv>): string | null {
  const header = c.req.header("if-match")?.trim();
  return header === undefined || header === "*" ? null : header;
}
