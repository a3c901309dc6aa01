import { z } from "@hono/zod-openapi";

// Kept as text: a wrong limit or cursor is a 400 with a code of its own, which zod's failure would not be.
export const pageQuery = z.object({
  limit: z.string().optional().openapi({ description: "1 to 100, 50 unless told.", example: "50" }),
  cursor: z.string().optional().openapi({ description: "`pagination.nextCursor` of the page before." }),
});

export const pagination = z
  .object({ hasMore: z.boolean(), nextCursor: z.string().nullable(), limit: z.int() })
  .openapi("Pagination");

export type Page<T> = { data: T[]; pagination: z.infer<typeof pagination> };

export const pageOf = <Item extends z.ZodType>(item: Item) => z.object({ data: z.array(item), pagination });
