import type { TriggerInput, TriggerUpdate } from "../../../worker/contract/index.ts";
import { api, at, read } from "./client.ts";

const withId = (id: string) => ({ params: { path: { id } } });

export const listTriggers = (projectId: string, cursor: string | null) =>
  read(api.GET("/v1/projects/{id}/triggers", { params: { path: { id: projectId }, query: at(cursor) } }));
export const createTrigger = (projectId: string, body: TriggerInput) =>
  read(api.POST("/v1/projects/{id}/triggers", { ...withId(projectId), body }));
export const updateTrigger = (id: string, body: TriggerUpdate) =>
  read(api.PATCH("/v1/triggers/{id}", { ...withId(id), body }));
export const deleteTrigger = (id: string) => read(api.DELETE("/v1/triggers/{id}", withId(id)));
export const rotateTriggerSecret = (id: string) =>
  read(api.POST("/v1/triggers/{id}/rotate-secret", { ...withId(id), body: { overlapSeconds: 86_400 } }));
export const listReceipts = (id: string) =>
  read(api.GET("/v1/triggers/{id}/receipts", { params: { path: { id }, query: { limit: "10" } } }));
