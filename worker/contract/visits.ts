import { lazily } from "./lazily.ts";
import { problems } from "./problem.ts";
import { projectPath } from "./projects.ts";
import { defineRoute, json, z } from "./route.ts";
import { day } from "./usage.ts";
import type { VisitDay } from "./visit-rpc.ts";

export type VisitReport = z.infer<typeof shapes.visitReport>;

const shapes = lazily(() => {
  const counts = z.object({
    visits: z.int().openapi({ description: "How often a browser opened a page of the app." }),
    requests: z.int().openapi({ description: "The requests that the app answered, including those for files." }),
    errors: z.int().openapi({ description: "The responses among them with a status of 500 or more." }),
  });
  const milliseconds = z.number().nullable();
  const visitDay = counts.extend({
    day,
    p50Ms: milliseconds.openapi({ description: "The median time until a response began, in milliseconds." }),
    p95Ms: milliseconds.openapi({ description: "The time that 95 of 100 responses stayed below, in milliseconds." }),
  }) satisfies z.ZodType<VisitDay>;
  const visitReport = z
    .object({
      from: day,
      to: day,
      data: z.array(visitDay).openapi({ description: "The days with requests, the earliest first." }),
      total: counts,
    })
    .openapi("VisitReport");

  return { visitReport };
});

/** Routes of a published app's visits. */
export const visitRoutes = lazily(() => ({
  getVisits: defineRoute({
    method: "get",
    path: "/v1/projects/{id}/publish/visits",
    access: "projects:read",
    role: "viewer",
    limit: "read",
    tags: ["Publishing"],
    summary: "Visits, errors and durations of the published app by day (UTC), kept for a year",
    request: {
      params: projectPath,
      query: z.object({
        from: day.optional().openapi({ description: "The first day; 29 days before the last by default." }),
        to: day.optional().openapi({ description: "The last day; today (UTC) by default." }),
      }),
    },
    responses: { 200: json(shapes.visitReport, "The visits by day"), ...problems(401, 403, 404, 422) },
  }),
}));
