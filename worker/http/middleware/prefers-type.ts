import type { Context } from "hono";
import { parseAccept } from "hono/utils/accept";
import type { AppEnv } from "../environment.ts";

/**
 * Negotiates between JSON, which every route has, and another media type. A client gets the other type only when its
 * Accept header names it and does not rank JSON higher: clients that list all types they can read, such as
 * `application/json, text/event-stream;q=0.5`, get JSON.
 * @param type the other media type, in lower case
 * @returns whether the response is of that type
 */
export function prefersType(c: Context<AppEnv>, type: string): boolean {
  const accepted = new Map<string, number>();
  for (const range of parseAccept(c.req.header("accept") ?? "")) accepted.set(range.type.toLowerCase(), range.q);
  const quality = accepted.get(type) ?? 0;
  const json = accepted.get("application/json") ?? accepted.get("application/*") ?? accepted.get("*/*") ?? 0;
  return quality > 0 && quality >= json;
}
