import { timestamp } from "./ids.ts";
import { lazily } from "./lazily.ts";
import { pageOf, pageQuery } from "./pagination.ts";
import { problems } from "./problem.ts";
import { projectPath } from "./projects.ts";
import { defineRoute, json, jsonBody, z } from "./route.ts";

export type ScheduleRunResult = z.infer<typeof shapes.scheduleRun>;

const shapes = lazily(() => {
  const target = z.enum(["preview", "public", "staging"]).default("preview");
  const schedule = z
    .object({
      id: z.string().openapi({ description: "The id within this app.", example: "sch_MCA5ICogKiBNT04tRlJJ" }),
      kind: z.enum(["alarm", "cron"]),
      cron: z.string().nullable().openapi({ description: "The expression of a cron, in UTC; null for an alarm." }),
      object: z
        .object({ className: z.string(), name: z.string().nullable() })
        .nullable()
        .openapi({ description: "The object with the alarm; null for a cron." }),
      dueAt: timestamp,
      attempt: z.int().openapi({ description: "The number of attempts that have begun for this due time." }),
      lastAt: timestamp.nullable().openapi({ description: "The time of the last run." }),
      lastOutcome: z.enum(["ok", "failed"]).nullable(),
      lastByHand: z.boolean().openapi({ description: "Whether the last run was started by hand." }),
    })
    .openapi("Schedule");
  const scheduleRun = z
    .object({
      startedAt: timestamp,
      outcome: z.enum(["ok", "failed"]).openapi({ description: "How it ended." }),
      ms: z.int().openapi({ description: "How long it took, in milliseconds." }),
      error: z.string().nullable().openapi({ description: "The error that the app threw, or null." }),
    })
    .openapi("ScheduleRun");

  return { target, schedule, scheduleRun };
});

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
        target: shapes.target.openapi({
          description: "`public` is the published app and `staging` the staged app: each has alarms of its own.",
        }),
      }),
    },
    responses: {
      200: json(pageOf(shapes.schedule), "A page of due alarms and crons"),
      ...problems(400, 401, 403, 404, 422),
    },
  }),
  runSchedule: defineRoute({
    method: "post",
    path: "/v1/projects/{id}/schedules/{scheduleId}/run",
    access: "projects:write",
    role: "owner",
    audit: "schedule.run",
    limit: "write",
    tags: ["Preview"],
    summary: "Run an alarm or a cron now and wait for its end, at most 30 seconds; its due time does not change",
    request: {
      params: projectPath.extend({ scheduleId: z.string().openapi({ description: "The id in the list." }) }),
      body: jsonBody(
        z.strictObject({
          target: shapes.target.openapi({ description: "Which app's: the preview's, `public` or `staging`." }),
        }),
      ),
    },
    responses: {
      200: json(shapes.scheduleRun, "The run, which may have failed"),
      ...problems(400, 401, 403, 404, 409, 415, 422),
    },
  }),
}));
