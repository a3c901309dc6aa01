import type { Context } from "hono";
import { AppError } from "../../errors.ts";

/**
 * Refuses unknown query parameters of a route without a query schema, since ignoring one would change the meaning of
 * the request.
 * @throws AppError `invalid_request` with a pointer per parameter
 */
export function refuseUnknownQuery(c: Context, known: readonly string[]): void {
  const errors = Object.keys(c.req.query())
    .filter((name) => !known.includes(name))
    .map((name) => ({
      pointer: `?${name}`,
      code: "unknown_field",
      detail: `Unknown parameter “${name}”.`,
    }));
  const [first] = errors;
  if (first) throw new AppError("invalid_request", first.detail, { errors });
}
