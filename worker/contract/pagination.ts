import { z } from "@hono/zod-openapi";

// Kept as text: a wrong limit or cursor is a 400 with a code of its own, which zod's failure would not be.
export const pageQuery = z.object({
  limit: z.string().optional().openapi({ type: "integer", minimum: 1, maximum: 100, default: 50 }),
  cursor: z.string().optional().openapi({ description: "`pagination.nextCursor` of the page before." }),
});

/** A place in a log. */
export const after = z.string().optional().openapi({ type: "integer", minimum: 0 });

/** `asc` is oldest first. */
export const order = z.enum(["asc", "desc"]).optional().openapi({ description: "Oldest first unless told `desc`." });

export const pagination = z
  .object({ hasMore: z.boolean(), nextCursor: z.string().nullable(), limit: z.int() })
  .openapi("Pagination");

export type Page<T> = { data: T[]; pagination: z.infer<typeof pagination> };

export const pageOf = <Item extends z.ZodType>(item: Item) => z.object({ data: z.array(item), pagination });
