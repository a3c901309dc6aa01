import { z } from "@hono/zod-openapi";
import { moment } from "./ids.ts";

// Kept as text: an invalid limit or cursor is a 400 with its own code, where zod's issue would be a 422.
export const pageQuery = z.object({
  limit: z.string().optional().openapi({ type: "integer", minimum: 1, maximum: 100, default: 50 }),
  cursor: z.string().optional().openapi({ description: "`pagination.nextCursor` of the page before." }),
});

/** A position in a log. */
export const after = z.string().optional().openapi({ type: "integer", minimum: 0 });

/** Filters a list by creation time; both ends are exclusive, to the millisecond. */
export const createdWithin = z.object({
  createdAfter: moment.optional().openapi({ description: "Only items that were created after this time." }),
  createdBefore: moment.optional().openapi({ description: "Only items that were created before this time." }),
});

/** The order of a list whose default is newest first. */
export const newestFirst = z
  .enum(["asc", "desc"])
  .default("desc")
  .openapi({ description: "`desc` is newest first, `asc` oldest first." });

/** The order of a list whose default is oldest first. */
export const order = z
  .enum(["asc", "desc"])
  .default("asc")
  .openapi({ description: "`asc` is oldest first, `desc` newest first." });

export const pagination = z
  .object({ hasMore: z.boolean(), nextCursor: z.string().nullable(), limit: z.int() })
  .openapi("Pagination");

export type Page<T> = { data: T[]; pagination: z.infer<typeof pagination> };

/** @returns the schema of one page of a list */
export const pageOf = <Item extends z.ZodType>(item: Item) => z.object({ data: z.array(item), pagination });
