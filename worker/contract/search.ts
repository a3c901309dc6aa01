import { z } from "@hono/zod-openapi";
import { lazily } from "./lazily.ts";
import { text } from "./text.ts";

/** Schemas of a search in a project's files. */
export const searchShapes = lazily(() => {
  const searchHit = z.object({
    path: z.string(),
    line: z.int().openapi({ description: "From 1." }),
    column: z.int().optional().openapi({ description: "From 1; in a long line, of which `text` is a part." }),
    text: z.string(),
  });
  const searchResult = z
    .object({
      revision: z.int(),
      data: z.array(searchHit),
      truncated: z.boolean().openapi({ description: "Whether there may be more lines than these." }),
    })
    .openapi("SearchResult");
  const searchQuery = z.object({
    q: text().min(1).max(500).openapi({ description: "A text, in any case, or a regular expression." }),
    regex: z.enum(["true", "false"]).default("false").openapi({
      description: "Whether `q` is a regular expression, with case, without lookaround and back-references.",
    }),
  });

  return { searchHit, searchResult, searchQuery };
});
export type SearchHit = z.infer<typeof searchShapes.searchHit>;
export type SearchResult = z.infer<typeof searchShapes.searchResult>;
