import { lazily } from "./lazily.ts";
import { problems } from "./problem.ts";
import { defineRoute, json, z } from "./route.ts";
import { type Usage, usage } from "./run-events.ts";

export const noUsage: Usage = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, microUsd: 0 };

/** Returns the sum of two usages: tokens, and micro-dollars. */
export const addUsage = (a: Usage, b: Usage): Usage => ({
  inputTokens: a.inputTokens + b.inputTokens,
  outputTokens: a.outputTokens + b.outputTokens,
  cacheReadTokens: a.cacheReadTokens + b.cacheReadTokens,
  cacheWriteTokens: a.cacheWriteTokens + b.cacheWriteTokens,
  microUsd: a.microUsd + b.microUsd,
});

export const usageGroups = ["day", "project", "agent", "model"] as const;
export type UsageGroup = (typeof usageGroups)[number];

/** The maximum period of a report, in days. */
export const maxReportDays = 366;

/**
 * @param at Unix milliseconds
 * @returns the day (UTC), `YYYY-MM-DD`
 */
export const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** The earliest day of a report: no usage is older, and far earlier days are outside PostgreSQL's range. */
const firstDay = "2020-01-01";

export const day = z.iso
  .date()
  .refine((text) => text >= firstDay, { error: `is a day before ${firstDay}` })
  .openapi({ description: "A day (UTC), `YYYY-MM-DD`.", example: "2026-11-27" });

export const usageReport = z
  .object({
    from: day,
    to: day,
    groupBy: z.enum(usageGroups),
    data: z.array(
      usage.extend({
        key: z.string().openapi({
          description:
            "The day, the project's id, the agent's name or the model's id. The usage of deleted projects is included.",
        }),
        name: z
          .string()
          .nullable()
          .openapi({ description: "A project's name; null for a deleted one and for other groups." }),
      }),
    ),
    total: usage,
    truncated: z.boolean().openapi({ description: "Whether there are more than the 1,000 returned groups." }),
  })
  .openapi("UsageReport");
export type UsageReport = z.infer<typeof usageReport>;

const shapes = lazily(() => {
  const reportQuery = z.object({
    from: day.optional().openapi({ description: "The first day; 29 days before the last by default." }),
    to: day.optional().openapi({ description: "The last day; today (UTC) by default." }),
    groupBy: z.enum(usageGroups).default("day"),
  });

  return { reportQuery };
});

export const usageRoutes = lazily(() => ({
  getUsage: defineRoute({
    method: "get",
    path: "/v1/usage",
    access: "usage:read",
    limit: "read",
    tags: ["Usage"],
    summary: "Tokens and micro-dollars by day, project, agent or model",
    request: { query: shapes.reportQuery },
    responses: { 200: json(usageReport, "The usage"), ...problems(401, 403, 422) },
  }),
}));
