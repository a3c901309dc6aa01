import type { Context } from "hono";
import { AppError } from "../../errors.ts";

/**
 * Refuses parameters that an address does not take, where no schema does: the answer would be to another question.
 * @throws AppError `invalid_request` with a pointer for each
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
