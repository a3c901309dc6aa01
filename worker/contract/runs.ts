import { modelTier, promptText, routing } from "./agents.ts";
import { restoreResult } from "./files.ts";
import { idOf, timestamp } from "./ids.ts";
import { image, imageType } from "./images.ts";
import { lazily } from "./lazily.ts";
import { after, createdWithin, newestFirst, pageOf, pageQuery } from "./pagination.ts";
import { problems } from "./problem.ts";
import { projectPath } from "./projects.ts";
import { defineRoute, emptyBody, json, jsonBody, optionalBody, z } from "./route.ts";
import { runError, runEvent, runOutcome, usage } from "./run-events.ts";
import { text } from "./text.ts";
import { ticketQuery } from "./tickets.ts";

export const runStatus = z.enum(["queued", "running", "waiting", "completed", "failed", "cancelled"]);
export type RunStatus = z.infer<typeof runStatus>;

export const runMode = z.enum(["build", "plan", "ask"]);
export type RunMode = z.infer<typeof runMode>;

export const run = z
  .object({
    id: idOf("run"),
    projectId: idOf("project"),
    status: runStatus,
    prompt: z.string(),
    agent: z.string().nullable(),
    routing: routing.nullable(),
    mode: runMode,
    model: modelTier.optional().openapi({ description: "The requested tier, in place of the agent's own." }),
    scripted: z.boolean().openapi({ description: "Whether the scripted model answers instead of a real one." }),
    usage,
    error: runError.optional(),
    ...runOutcome.partial().shape,
    undoneBy: z.int().optional().openapi({
      description:
        "The revision that undid the run's changes. It is absent again when an earlier revision than that is restored.",
    }),
    lastSeq: z.int(),
    createdAt: timestamp,
    startedAt: timestamp.optional(),
    endedAt: timestamp.optional(),
  })
  .openapi("Run");
export type Run = z.infer<typeof run>;

export const runBudget = z.strictObject({
  steps: z.int().min(1).max(200).optional(),
  tokens: z.int().min(1).optional(),
  microUsd: z.int().min(1).optional(),
});
export type RunBudget = z.infer<typeof runBudget>;

export type RunInput = z.infer<typeof shapes.runInput>;

export const eventPage = z
  .object({ data: z.array(runEvent), nextAfter: z.int(), upToDate: z.boolean(), closed: z.boolean() })
  .openapi("EventPage");
export type EventPage = z.infer<typeof eventPage>;

export type RunFilter = z.infer<typeof shapes.runFilter>;

const shapes = lazily(() => {
  const runInput = z.strictObject({
    prompt: promptText,
    agent: text().min(1).max(64).optional(),
    mode: runMode.optional(),
    model: modelTier.optional().openapi({ description: "The tier of the model to use in place of the agent's own." }),
    images: z.array(image).max(5).optional(),
    budget: runBudget.optional(),
    onDisconnect: z.enum(["continue", "cancel"]).optional(),
  });
  const eventQuery = z.object({
    after: after.openapi({
      description: "The `seq` of the last event that was read; 0 for the beginning.",
      default: 0,
    }),
    limit: z.string().optional().openapi({ type: "integer", minimum: 1, maximum: 1_000, default: 500 }),
  });
  const runFilter = createdWithin.extend({
    status: runStatus.optional().openapi({ description: "Only runs in this state." }),
    agent: text().min(1).max(64).optional().openapi({ description: "Only runs of the agent with this name." }),
    undone: z.enum(["true", "false"]).optional().openapi({
      description: "Only runs whose changes are undone, or only runs whose changes are not.",
    }),
    order: newestFirst,
  });
  const startQuery = z.object({
    // Kept as text for the same reason as a page's limit.
    wait: z
      .string()
      .refine((text) => /^([0-9]|[1-5][0-9]|60)$/.test(text), "is a whole number of seconds from 0 to 60")
      .optional()
      .openapi({
        type: "integer",
        minimum: 0,
        maximum: 60,
        description: "Answer when the run has ended, or after so many seconds; `Prefer: wait=30` does the same.",
      }),
  });
  const runPath = z.object({ id: idOf("run") });
  const imageName = z
    .string()
    .regex(/^(prompt|view)-[1-9][0-9]?$/, "must be prompt-1, view-1 and so on")
    .openapi({
      description:
        "`prompt-1` is the first image of the prompt, `view-1` the picture of the agent's first call of `view_page`.",
    });
  const undoInput = z.strictObject({
    data: z.boolean().optional().openapi({
      description:
        "Whether to restore the preview's data too, from before the code of this run or a later revision ran; false by default.",
    }),
  });

  return { runInput, eventQuery, runFilter, startQuery, runPath, imageName, undoInput };
});

export const runRoutes = lazily(() => ({
  startRun: defineRoute({
    method: "post",
    path: "/v1/projects/{id}/runs",
    access: "runs:write",
    role: "editor",
    limit: "run",
    tags: ["Runs"],
    summary: "Start a run from a prompt; with Accept: text/event-stream the response is the run's stream",
    request: { params: projectPath, query: shapes.startQuery, body: jsonBody(shapes.runInput) },
    responses: {
      202: {
        description: "The run, queued, or its stream",
        content: { "application/json": { schema: run }, "text/event-stream": { schema: runEvent } },
      },
      ...problems(400, 401, 403, 404, 409, 413, 415, 422),
    },
  }),
  startRunStream: defineRoute({
    method: "post",
    path: "/v1/projects/{id}/runs/stream",
    access: "runs:write",
    role: "editor",
    limit: "run",
    tags: ["Runs"],
    summary: "Start a run from a prompt; the response is the run's stream (Server-Sent Events)",
    request: { params: projectPath, body: jsonBody(shapes.runInput) },
    responses: {
      202: {
        description: "The run's stream; the run itself when an Idempotency-Key is repeated and the stream has expired",
        content: { "text/event-stream": { schema: runEvent }, "application/json": { schema: run } },
      },
      ...problems(400, 401, 403, 404, 409, 415, 422),
    },
  }),
  listRuns: defineRoute({
    method: "get",
    path: "/v1/projects/{id}/runs",
    access: "runs:read",
    role: "viewer",
    limit: "read",
    tags: ["Runs"],
    summary: "The project's runs, newest first by default",
    request: { params: projectPath, query: pageQuery.extend(shapes.runFilter.shape) },
    responses: { 200: json(pageOf(run), "A page of runs"), ...problems(400, 401, 403, 404) },
  }),
  getRun: defineRoute({
    method: "get",
    path: "/v1/runs/{id}",
    access: "runs:read",
    role: "viewer",
    limit: "read",
    tags: ["Runs"],
    summary: "One run",
    request: { params: shapes.runPath },
    responses: { 200: json(run, "The run"), ...problems(401, 403, 404) },
  }),
  cancelRun: defineRoute({
    method: "post",
    path: "/v1/runs/{id}/cancel",
    access: "runs:write",
    role: "editor",
    limit: "write",
    tags: ["Runs"],
    summary: "Cancel a run; an ended run stays unchanged",
    request: { params: shapes.runPath, body: optionalBody(emptyBody) },
    responses: { 200: json(run, "The run"), ...problems(400, 401, 403, 404, 415, 422) },
  }),
  undoRun: defineRoute({
    method: "post",
    path: "/v1/runs/{id}/undo",
    access: "projects:write",
    role: "editor",
    limit: "write",
    tags: ["Runs"],
    summary: "Undo an ended run's changes of files, as a new revision; later changes are kept",
    request: { params: shapes.runPath, body: optionalBody(shapes.undoInput) },
    responses: {
      201: json(restoreResult, "The new revision"),
      ...problems(400, 401, 403, 404, 409, 410, 413, 415, 422),
    },
  }),
  answerRun: defineRoute({
    method: "post",
    path: "/v1/runs/{id}/input",
    access: "runs:write",
    role: "editor",
    limit: "write",
    tags: ["Runs"],
    summary: "Answer the question of a waiting run",
    request: { params: shapes.runPath, body: jsonBody(z.strictObject({ text: text().trim().min(1).max(32_000) })) },
    responses: { 202: json(run, "The run, going on"), ...problems(400, 401, 403, 404, 409, 415, 422) },
  }),
  readEvents: defineRoute({
    method: "get",
    path: "/v1/runs/{id}/events",
    access: "runs:read",
    role: "viewer",
    limit: "read",
    takesTicket: true,
    tags: ["Runs"],
    summary: "A run's events: a page of JSON, or with Accept: text/event-stream the live stream",
    request: { params: shapes.runPath, query: shapes.eventQuery.extend(ticketQuery.shape) },
    responses: {
      200: {
        description: "Events after `after`",
        content: { "application/json": { schema: eventPage }, "text/event-stream": { schema: runEvent } },
      },
      204: { description: "No later events: the run has ended" },
      ...problems(400, 401, 403, 404, 410),
    },
  }),
  readImage: defineRoute({
    method: "get",
    path: "/v1/runs/{id}/images/{name}",
    access: "runs:read",
    role: "viewer",
    limit: "read",
    tags: ["Runs"],
    summary: "An image of a run's prompt, or one that its agent saw; kept for at most a week",
    request: { params: shapes.runPath.extend({ name: shapes.imageName }) },
    responses: {
      200: {
        description: "The image",
        content: Object.fromEntries(
          imageType.options.map((type) => [type, { schema: z.string().openapi({ format: "binary" }) }]),
        ),
      },
      ...problems(401, 403, 404),
    },
  }),
  streamRun: defineRoute({
    method: "get",
    path: "/v1/runs/{id}/stream",
    access: "runs:read",
    role: "viewer",
    limit: "read",
    takesTicket: true,
    tags: ["Runs"],
    summary: "A run's events as a live stream (Server-Sent Events), resumed by `Last-Event-ID` or `after`",
    request: { params: shapes.runPath, query: shapes.eventQuery.pick({ after: true }).extend(ticketQuery.shape) },
    responses: {
      200: {
        description: "Events after `after`, until the terminal one",
        content: { "text/event-stream": { schema: runEvent } },
      },
      204: { description: "No later events: the run has ended" },
      ...problems(400, 401, 403, 404, 410),
    },
  }),
}));
