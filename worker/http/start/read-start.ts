import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import { z } from "zod";
import { calledByItsBytes, type RunInput, type runRoutes } from "../../contract/index.ts";
import { isAppError } from "../../errors.ts";
import type { AppEnv } from "../environment.ts";
import { keyIn } from "../middleware/idempotency.ts";
import { refuseInvalid } from "../middleware/validation.ts";
import { parseWait } from "./wait-for-end.ts";

export type StartRequest = { projectId: string; run: RunInput; waitMs: number };

const noQuery: z.ZodType<{ wait?: string | undefined }> = z.strictObject({});

type Target = "query" | "param" | "json";

type Route = (typeof runRoutes)["startRun"] | (typeof runRoutes)["startRunStream"];

/**
 * Reads a request that starts a run. Returns its error instead of throwing it, since only a verified caller may see the
 * error.
 * @returns the request, or the error of an invalid one
 */
export async function readStart(c: Context<AppEnv>, route: Route): Promise<StartRequest | { fault: unknown }> {
  try {
    keyIn(c);
    const { wait } = valid(c, "query", "query" in route.request ? route.request.query : noQuery, queryOf(c));
    const { id } = valid(c, "param", route.request.params, c.req.param());
    await requireJson(c);
    const { images, ...run } = valid(c, "json", route.request.body.content["application/json"].schema, await jsonOf(c));
    const named = images && { images: images.map(calledByItsBytes) };
    return { projectId: id, run: { ...run, ...named }, waitMs: parseWait(c, wait) };
  } catch (error) {
    const fault = c.get("bodyFault") ?? error;
    c.set("bodyFault", undefined);
    if (isAppError(fault) || fault instanceof HTTPException) return { fault };
    throw error;
  }
}

/**
 * Validates one part of the request as the other routes' validators do.
 * @throws AppError for invalid input
 */
function valid<S extends z.ZodType>(c: Context<AppEnv>, target: Target, schema: S, data: unknown): z.output<S> {
  const result = schema.safeParse(data);
  refuseInvalid({ target, data, ...result }, c);
  if (!result.success) throw result.error;
  return result.data;
}

/** Collects the query parameters; a repeated one becomes a list. */
const queryOf = (c: Context<AppEnv>): Record<string, string | string[]> =>
  Object.fromEntries(
    Object.entries(c.req.queries()).map(([name, [first = "", ...more]]) => [
      name,
      more.length ? [first, ...more] : first,
    ]),
  );

/**
 * Requires a JSON media type, or no body.
 * @throws HTTPException 415
 */
async function requireJson(c: Context<AppEnv>): Promise<void> {
  const type = c.req.header("content-type");
  const isJson =
    type === undefined ? (await c.req.arrayBuffer()).byteLength === 0 : /^application\/json\s*(?:;|$)/i.test(type);
  if (!isJson) throw new HTTPException(415);
}

/**
 * @returns the parsed body; an empty object without a body
 * @throws HTTPException 400 for malformed JSON
 */
async function jsonOf(c: Context<AppEnv>): Promise<unknown> {
  if (c.req.header("content-type") === undefined) return {};
  try {
    return await c.req.json();
  } catch (cause) {
    throw new HTTPException(400, { cause });
  }
}
