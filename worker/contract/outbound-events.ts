import { idOf, timestamp } from "./ids.ts";
import { z } from "./route.ts";
import { runError, usage } from "./run-events.ts";
import type { OutboundEventType } from "./webhooks.ts";

// What is sent to webhooks: `{type, timestamp, data}`, with a schema for each type. Receivers ignore members that they do
// not know, since members may be added.

const projectId = idOf("project");

const ended = {
  runId: idOf("run"),
  projectId,
  agent: z.string().nullable().openapi({ description: "The name of the agent that worked." }),
  usage,
  revision: z.int().nullish().openapi({ description: "The newest revision that the run made, if it made one." }),
  paths: z.array(z.string()).optional().openapi({ description: "The paths of the files that the run changed." }),
  text: z.string().nullish().openapi({ description: "The agent's last words." }),
};

const changed = z.object({
  path: z.string(),
  action: z.enum(["created", "updated", "deleted", "moved"]),
  bytes: z.int(),
  sha256: z.string().nullable().openapi({ description: "Of the content since; null for a deleted file." }),
});

const data = {
  "project.created": z.object({
    projectId,
    name: z.string().optional(),
    forkOf: idOf("project").optional().openapi({ description: "The project that was forked, for a fork." }),
  }),
  "project.updated": z.object({ projectId }),
  "project.deleted": z.object({ projectId }),
  "revision.created": z.object({ projectId, revision: z.int(), changes: z.array(changed) }),
  "run.completed": z.object({ ...ended, status: z.literal("completed") }),
  "run.failed": z.object({ ...ended, status: z.literal("failed"), error: runError }),
  "run.cancelled": z.object({ ...ended, status: z.literal("cancelled") }),
  "preview.published": z.object({ projectId, revision: z.int(), url: z.string() }),
  "budget.threshold": z.object({
    day: z.string().openapi({ description: "The day (UTC), `YYYY-MM-DD`.", example: "2026-11-27" }),
    percent: z.int().openapi({ description: "80 or 100: how much of the day's budget is spent." }),
    spentMicroUsd: z.int(),
    dailyMicroUsd: z.int(),
  }),
  "webhook.test": z.object({ webhookId: idOf("webhook") }),
} satisfies Record<OutboundEventType | "webhook.test", z.ZodObject>;

/** `run.completed` as a schema's name: `RunCompletedEvent`. */
const nameOf = (type: string): string =>
  `${type.replaceAll(/(?:^|[._])(\w)/g, (_, letter: string) => letter.toUpperCase())}Event`;

/** The schema of a webhook's body, by the type of its event. */
export const outboundEvents: { type: string; name: string; schema: z.ZodObject }[] = Object.entries(data).map(
  ([type, schema]) => ({
    type,
    name: nameOf(type),
    schema: z
      .object({
        type: z.literal(type),
        timestamp: timestamp.openapi({ description: "When it happened." }),
        data: schema,
      })
      .openapi(nameOf(type)),
  }),
);
