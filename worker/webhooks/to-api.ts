import type { delivery } from "../../drizzle/schema/index.ts";
import type { Delivery, OutboundEventType, Trigger, Webhook } from "../contract/index.ts";
import type { TriggerRow, WebhookRow } from "./store.ts";

/** @returns the API's representation of a webhook, without its secret */
export const toWebhook = (row: WebhookRow): Webhook => ({
  id: row.id,
  url: row.url,
  // `insertWebhook` only stores types from the contract's list.
  events: row.events as OutboundEventType[],
  projectId: row.projectId,
  description: row.description,
  enabled: row.enabled,
  disabledReason: row.disabledReason,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
});

/** @returns the API's representation of a delivery */
export const toDelivery = (row: typeof delivery.$inferSelect, type: string): Delivery => ({
  id: row.id,
  webhookId: row.webhookId,
  eventId: row.eventId,
  type,
  status: row.status,
  attempts: row.attempts,
  responseStatus: row.responseStatus,
  error: row.error,
  nextAttemptAt: row.nextAttemptAt?.toISOString() ?? null,
  createdAt: row.createdAt.toISOString(),
  lastAttemptAt: row.lastAttemptAt?.toISOString() ?? null,
});

/** @returns the API's representation of a trigger, without its secret */
export const toTrigger = ({ appUrl }: { appUrl: string }, row: TriggerRow): Trigger => ({
  id: row.id,
  projectId: row.projectId,
  kind: row.kind,
  prompt: row.prompt,
  agent: row.agent,
  events: row.events,
  url: `${appUrl}/v1/in/${row.id}`,
  enabled: row.enabled,
  disabledReason: row.disabledReason,
  createdAt: row.createdAt.toISOString(),
  lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
});
