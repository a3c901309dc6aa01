import type { Me, Scope, UsageGroup, WebhookInput, WebhookUpdate } from "../../../worker/contract/index.ts";
import { api, at, read } from "./client.ts";

const withId = (id: string) => ({ params: { path: { id } } });
const page = (cursor: string | null) => ({ params: { query: at(cursor) } });

export const getMe = () => read(api.GET("/v1/me"));
export type MeUpdate = { name?: string; budget?: { dailyMicroUsd: number } };
export const updateMe = (body: MeUpdate): Promise<Me> => read(api.PATCH("/v1/me", { body }));

export const deleteMe = () => read(api.DELETE("/v1/me"));
export const restoreMe = () => read(api.POST("/v1/me/restore"));
export const enableHooks = () => read(api.POST("/v1/me/hooks/enable"));
/** The URL from which a browser downloads all data of the account. */
export const exportUrl = "/v1/me/export";
export const listSessions = (cursor: string | null) => read(api.GET("/v1/me/sessions", page(cursor)));
export const endSession = (id: string) => read(api.DELETE("/v1/me/sessions/{id}", withId(id)));
export const endOtherSessions = () => read(api.DELETE("/v1/me/sessions"));

export const getUsage = (query: { from: string; groupBy: UsageGroup }) =>
  read(api.GET("/v1/usage", { params: { query } }));

export const listAudit = (cursor: string | null) => read(api.GET("/v1/audit", page(cursor)));

export const listTokens = (cursor: string | null) => read(api.GET("/v1/tokens", page(cursor)));
export const createToken = (body: { name: string; scopes: Scope[]; expiresInDays?: number }) =>
  read(api.POST("/v1/tokens", { body }));
export const revokeToken = (id: string) => read(api.DELETE("/v1/tokens/{id}", withId(id)));
export const rotateToken = (id: string) =>
  read(api.POST("/v1/tokens/{id}/rotate", { ...withId(id), body: { overlapSeconds: 3_600 } }));

export const listWebhooks = (cursor: string | null) => read(api.GET("/v1/webhooks", page(cursor)));
export const createWebhook = (body: WebhookInput) => read(api.POST("/v1/webhooks", { body }));
export const updateWebhook = (id: string, body: WebhookUpdate) =>
  read(api.PATCH("/v1/webhooks/{id}", { ...withId(id), body }));
export const deleteWebhook = (id: string) => read(api.DELETE("/v1/webhooks/{id}", withId(id)));
export const testWebhook = (id: string) => read(api.POST("/v1/webhooks/{id}/test", withId(id)));
export const listDeliveries = (id: string) =>
  read(api.GET("/v1/webhooks/{id}/deliveries", { params: { path: { id }, query: { limit: "10" } } }));
export const redeliver = (id: string) => read(api.POST("/v1/deliveries/{id}/redeliver", withId(id)));
export const rotateWebhookSecret = (id: string) =>
  read(api.POST("/v1/webhooks/{id}/rotate-secret", { ...withId(id), body: { overlapSeconds: 86_400 } }));
