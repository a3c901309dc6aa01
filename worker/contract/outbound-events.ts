import { accessRequest } from "./access-request.ts";
import { alertEventData } from "./alerts.ts";
import { idOf, timestamp } from "./ids.ts";
import { z } from "./route.ts";
import { runError, usage } from "./run-events.ts";
import type { OutboundEventType } from "./webhooks.ts";

// The bodies of webhook deliveries, `{type, timestamp, data}`, with a schema per type. Receivers must ignore unknown
// members, since new ones may be added.

/** @returns the schemas of `data`, by event type; only the API document needs them */
function dataSchemas() {
  const projectId = idOf("project");

  const ended = {
    runId: idOf("run"),
    projectId,
    agent: z.string().nullable().openapi({ description: "The name of the agent that worked." }),
    usage,
    revision: z.int().nullable().openapi({ description: "The newest revision that the run created, if any." }),
    paths: z.array(z.string()).openapi({ description: "The paths of the files that the run changed." }),
    text: z.string().openapi({ description: "The agent's last words." }),
  };

  const memberRole = z.enum(["editor", "viewer"]);

  const changed = z.object({
    path: z.string(),
    action: z.enum(["created", "updated", "deleted", "moved"]),
    bytes: z.int(),
    sha256: z.string().nullable().openapi({ description: "The hash of the new content; null for a deleted file." }),
  });
  return {
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
    "input.requested": z.object({
      runId: idOf("run"),
      projectId,
      agent: ended.agent,
      question: z.string(),
      options: z
        .array(z.string())
        .optional()
        .openapi({ description: "Suggested answers; any other text is valid too." }),
      access: accessRequest.optional().openapi({ description: "The requested access, if the agent requests access." }),
    }),
    "preview.published": z.object({ projectId, revision: z.int(), url: z.string() }),
    "preview.staged": z.object({ projectId, revision: z.int(), url: z.string() }),
    "publication.copied": z.object({
      projectId,
      revision: z.int().openapi({ description: "The published revision that somebody has copied." }),
    }),
    "grant.created": z.object({ projectId, grantId: idOf("grant"), host: z.string() }),
    "grant.deleted": z.object({ projectId, grantId: idOf("grant"), host: z.string() }),
    "secret.updated": z.object({
      projectId,
      name: z.string(),
      target: z.enum(["preview", "public", "both"]),
      version: z.int(),
      updatedAt: z.string(),
    }),
    "secret.deleted": z.object({ projectId, name: z.string() }),
    "member.added": z.object({ projectId, userId: idOf("user"), role: memberRole }),
    "member.updated": z.object({ projectId, userId: idOf("user"), role: memberRole }),
    "member.removed": z.object({ projectId, userId: idOf("user") }),
    "budget.threshold": z.object({
      day: z.string().openapi({ description: "The day (UTC), `YYYY-MM-DD`.", example: "2026-11-27" }),
      percent: z.int().openapi({ description: "80 or 100: how much of the day's budget is spent." }),
      spentMicroUsd: z.int(),
      dailyMicroUsd: z.int(),
    }),
    "alert.fired": alertEventData,
    "alert.resolved": alertEventData,
    "webhook.test": z.object({ webhookId: idOf("webhook") }),
  } satisfies Record<OutboundEventType | "webhook.test", z.ZodObject>;
}

/** @returns an event type as a schema's name: `RunCompletedEvent` for `run.completed` */
const nameOf = (type: string): string =>
  `${type.replaceAll(/(?:^|[._])(\w)/g, (_, letter: string) => letter.toUpperCase())}Event`;

/** @returns the schemas of webhook bodies, by event type */
export const outboundEvents = (): { type: string; name: string; schema: z.ZodObject }[] =>
  Object.entries(dataSchemas()).map(([type, schema]) => ({
    type,
    name: nameOf(type),
    schema: z
      .object({
        type: z.literal(type),
        timestamp: timestamp.openapi({ description: "When it happened." }),
        data: schema,
      })
      .openapi(nameOf(type)),
  }));
