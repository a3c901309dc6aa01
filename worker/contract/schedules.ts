import { timestamp } from "./ids.ts";
import { lazily } from "./lazily.ts";
import { pageOf, pageQuery } from "./pagination.ts";
import { problems } from "./problem.ts";
import { projectPath } from "./projects.ts";
import { defineRoute, json, z } from "./route.ts";

const schedule = z
  .object({
    kind: z.enum(["alarm", "cron"]),
    cron: z.string().nullable().openapi({ description: "The expression of a cron, in UTC; null for an alarm." }),
    object: z
      .object({ className: z.string(), name: z.string().nullable() })
      .nullable()
      .openapi({ description: "The object with the alarm; null for a cron." }),
    dueAt: timestamp,
    attempt: z.int().openapi({ description: "How many attempts at this due time have begun." }),
    lastAt: timestamp.nullable().openapi({ description: "When it last ran." }),
    lastOutcome: z.enum(["ok", "failed"]).nullable(),
  })
  .openapi("Schedule");

/** Routes of the schedules of generated apps. */
export const scheduleRoutes = lazily(() => ({
  listSchedules: defineRoute({
    method: "get",
    path: "/v1/projects/{id}/schedules",
    access: "projects:read",
    role: "viewer",
    limit: "read",
    tags: ["Preview"],
    summary: "The alarms and crons of the app that are due, the earliest first",
    request: {
      params: projectPath,
      query: pageQuery.extend({
        target: z.enum(["preview", "public"]).default("preview").openapi({
          description: "`public` is the published app, which has alarms of its own.",
        }),
      }),
    },
    responses: { 200: json(pageOf(schedule), "A page of what is due"), ...problems(400, 401, 403, 404, 422) },
  }),
}));
