import { idOf, moment, timestamp } from "./ids.ts";
import { lazily } from "./lazily.ts";
import { createdWithin, newestFirst, pageOf, pageQuery } from "./pagination.ts";
import { problems } from "./problem.ts";
import { defineRoute, json, jsonBody, optionalBody, z } from "./route.ts";
import { oneLine } from "./text.ts";

export const outboundEventTypes = [
  "project.created",
  "project.updated",
  "project.deleted",
  "revision.created",
  "run.completed",
  "run.failed",
  "run.cancelled",
  "input.requested",
  "preview.published",
  "preview.staged",
  "publication.copied",
  "grant.created",
  "grant.deleted",
  "secret.updated",
  "secret.deleted",
  "member.added",
  "member.updated",
  "member.removed",
  "budget.threshold",
  "alert.fired",
  "alert.resolved",
] as const;
export const outboundEventType = z.enum(outboundEventTypes);
export type OutboundEventType = z.infer<typeof outboundEventType>;

/** The maximum per account. */
export const maxWebhooks = 20;

export const webhook = z
  .object({
    id: idOf("webhook"),
    url: z.string(),
    events: z.array(outboundEventType),
    projectId: z.string().nullable(),
    description: z.string(),
    enabled: z.boolean(),
    disabledReason: z
      .string()
      .nullable()
      .openapi({ description: "Why it was disabled automatically; null otherwise." }),
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .openapi("Webhook");
export type Webhook = z.infer<typeof webhook>;

const deliveryStatus = z.enum(["pending", "succeeded", "failed"]);

export type DeliveryFilter = z.infer<typeof shapes.deliveryFilter>;

export const delivery = z
  .object({
    id: idOf("delivery"),
    webhookId: idOf("webhook"),
    eventId: idOf("event"),
    type: z.string(),
    status: deliveryStatus,
    attempts: z.int(),
    responseStatus: z.int().nullable(),
    error: z.string().nullable(),
    nextAttemptAt: timestamp.nullable(),
    createdAt: timestamp,
    lastAttemptAt: timestamp.nullable(),
  })
  .openapi("Delivery");
export type Delivery = z.infer<typeof delivery>;

export type NewWebhook = z.infer<typeof shapes.newWebhook>;

export type WebhookInput = z.infer<typeof shapes.webhookInput>;

export type WebhookUpdate = z.infer<typeof shapes.webhookUpdate>;

export type Recovery = z.infer<typeof shapes.recovery>;

/** The maximum time during which a previous secret stays valid. */
const maxOverlapSeconds = 7 * 86_400;

export const secretRotation = z
  .strictObject({
    overlapSeconds: z.int().min(0).max(maxOverlapSeconds).optional().openapi({
      description: "How long the replaced secret stays valid beside the new one; by default it ends at once.",
    }),
    endPrevious: z.boolean().optional().openapi({
      description: "Ends the overlaps of earlier rotations too, for a secret that has leaked.",
    }),
  })
  .openapi("SecretRotation");
export type SecretRotation = z.infer<typeof secretRotation>;

const shapes = lazily(() => {
  const deliveryFilter = createdWithin.extend({
    status: deliveryStatus.optional().openapi({ description: "Only deliveries in this state." }),
    order: newestFirst,
  });
  const newWebhook = webhook.extend({ secret: z.string() }).openapi("NewWebhook");
  const webhookInput = z.strictObject({
    url: z.string(),
    events: z.array(outboundEventType).min(1),
    projectId: idOf("project").optional(),
    description: oneLine(500).optional(),
  });
  const webhookUpdate = z.strictObject({
    url: z.string().optional(),
    events: z.array(outboundEventType).min(1).optional(),
    description: oneLine(500).optional(),
    enabled: z.boolean().optional(),
  });
  const webhookPath = z.object({ id: idOf("webhook") });
  const deliveryPath = z.object({ id: idOf("delivery") });
  const sent = z.object({ deliveryId: idOf("delivery") });
  const recovery = z.strictObject({ since: moment, until: moment.optional() });

  return { deliveryFilter, newWebhook, webhookInput, webhookUpdate, webhookPath, deliveryPath, sent, recovery };
});

export const webhookRoutes = lazily(() => ({
  createWebhook: defineRoute({
    method: "post",
    path: "/v1/webhooks",
    access: "webhooks:write",
    audit: "webhook.created",
    limit: "write",
    tags: ["Webhooks"],
    summary:
      "Create a webhook, which sends events to a URL. Only this response contains the signing secret. At most 20 per account",
    request: { body: jsonBody(shapes.webhookInput) },
    responses: { 201: json(shapes.newWebhook, "The webhook"), ...problems(400, 401, 403, 404, 409, 415, 422) },
  }),
  listWebhooks: defineRoute({
    method: "get",
    path: "/v1/webhooks",
    access: "webhooks:read",
    limit: "read",
    tags: ["Webhooks"],
    summary: "The account's webhooks",
    request: { query: pageQuery },
    responses: { 200: json(pageOf(webhook), "A page of webhooks"), ...problems(400, 401, 403) },
  }),
  getWebhook: defineRoute({
    method: "get",
    path: "/v1/webhooks/{id}",
    access: "webhooks:read",
    limit: "read",
    tags: ["Webhooks"],
    summary: "One webhook",
    request: { params: shapes.webhookPath },
    responses: { 200: json(webhook, "The webhook"), ...problems(401, 403, 404) },
  }),
  updateWebhook: defineRoute({
    method: "patch",
    path: "/v1/webhooks/{id}",
    access: "webhooks:write",
    audit: "webhook.updated",
    limit: "write",
    tags: ["Webhooks"],
    summary: "Change a webhook, or enable it again",
    request: { params: shapes.webhookPath, body: jsonBody(shapes.webhookUpdate) },
    responses: { 200: json(webhook, "The webhook, changed"), ...problems(400, 401, 403, 404, 415, 422) },
  }),
  deleteWebhook: defineRoute({
    method: "delete",
    path: "/v1/webhooks/{id}",
    access: "webhooks:write",
    audit: "webhook.deleted",
    limit: "write",
    tags: ["Webhooks"],
    summary: "Delete a webhook",
    request: { params: shapes.webhookPath },
    responses: { 204: { description: "Deleted" }, ...problems(401, 403, 404) },
  }),
  testWebhook: defineRoute({
    method: "post",
    path: "/v1/webhooks/{id}/test",
    access: "webhooks:write",
    limit: "write",
    tags: ["Webhooks"],
    summary: "Send a test event",
    request: { params: shapes.webhookPath },
    responses: {
      202: json(shapes.sent, "The delivery, enqueued"),
      ...problems(401, 403, 404),
    },
  }),
  listDeliveries: defineRoute({
    method: "get",
    path: "/v1/webhooks/{id}/deliveries",
    access: "webhooks:read",
    limit: "read",
    tags: ["Webhooks"],
    summary: "The deliveries, newest first by default",
    request: { params: shapes.webhookPath, query: pageQuery.extend(shapes.deliveryFilter.shape) },
    responses: { 200: json(pageOf(delivery), "A page of deliveries"), ...problems(400, 401, 403, 404, 422) },
  }),
  rotateWebhookSecret: defineRoute({
    method: "post",
    path: "/v1/webhooks/{id}/rotate-secret",
    access: "webhooks:write",
    audit: "webhook.secret_rotated",
    limit: "write",
    tags: ["Webhooks"],
    summary: "Replace the signing secret; each old secret also signs until its overlap ends",
    request: {
      params: shapes.webhookPath,
      body: optionalBody(secretRotation),
    },
    responses: {
      200: json(shapes.newWebhook, "The webhook with its new secret"),
      ...problems(400, 401, 403, 404, 409, 415, 422),
    },
  }),
  redeliver: defineRoute({
    method: "post",
    path: "/v1/deliveries/{id}/redeliver",
    access: "webhooks:write",
    limit: "write",
    tags: ["Webhooks"],
    summary: "Send an event again, as a new delivery",
    request: { params: shapes.deliveryPath },
    responses: { 202: json(shapes.sent, "The new delivery, enqueued"), ...problems(401, 403, 404) },
  }),
  recoverWebhook: defineRoute({
    method: "post",
    path: "/v1/webhooks/{id}/recover",
    access: "webhooks:write",
    limit: "write",
    tags: ["Webhooks"],
    summary:
      "Resend all events of a period that were not delivered: those that failed, or arrived while the webhook was disabled",
    request: { params: shapes.webhookPath, body: jsonBody(shapes.recovery) },
    responses: {
      202: json(
        z.object({
          deliveries: z
            .int()
            .openapi({ description: "The number of deliveries; at most 1,000 per call, the oldest first." }),
        }),
        "The number of enqueued deliveries",
      ),
      ...problems(400, 401, 403, 404, 415, 422),
    },
  }),
}));
