import { timestamp } from "./ids.ts";
import { z } from "./route.ts";

/** The id that a request sends or gets as `X-Request-Id`. */
export const requestIdText = z
  .string()
  .regex(/^[\w-]{8,64}$/)
  .openapi({ description: "The request's id, as in `X-Request-Id`." });

const span = z
  .object({
    spanId: z.string(),
    parentSpanId: z.string().nullable().openapi({ description: "The span that called; null where the trace begins." }),
    traceId: z.string(),
    requestId: z.string().openapi({ description: "The id of the request, or of work that it caused." }),
    kind: z
      .enum(["request", "run", "deliveries", "cron", "db", "limit", "session", "model", "preview", "webhook"])
      .openapi({
        description: "Work of ours (`request`, `run`, `deliveries`, `cron`), or the dependency that it called.",
      }),
    name: z.string().openapi({ description: "The called route, statement, model or webhook.", example: "apply_batch" }),
    at: timestamp,
    ms: z.number(),
    ok: z.boolean(),
  })
  .openapi("TraceSpan");

export const requestTrace = z
  .object({
    requestId: z.string(),
    spans: z.array(span).openapi({ description: "In the order of their start; at most 1,000." }),
    dropped: z.int().openapi({ description: "The number of omitted spans." }),
  })
  .openapi("RequestTrace");
export type RequestTrace = z.infer<typeof requestTrace>;
