import type {
  NewTrigger,
  Page,
  Receipt,
  Trigger,
  TriggerInput,
  TriggerUpdate,
} from "../../../worker/contract/index.ts";
import { enc, get, post, request } from "./client.ts";

const ofProject = (projectId: string) => `/v1/projects/${enc(projectId)}/triggers`;
const one = (id: string) => `/v1/triggers/${enc(id)}`;

export const listTriggers = (projectId: string, cursor: string | null) =>
  get<Page<Trigger>>(ofProject(projectId), { cursor });
export const createTrigger = (projectId: string, body: TriggerInput) => post<NewTrigger>(ofProject(projectId), body);
export const updateTrigger = (id: string, body: TriggerUpdate) => request<Trigger>("PATCH", one(id), { body });
export const deleteTrigger = (id: string) => request<null>("DELETE", one(id));
export const rotateTriggerSecret = (id: string) =>
  post<NewTrigger>(`${one(id)}/rotate-secret`, { overlapSeconds: 86_400 });
export const listReceipts = (id: string) => get<Page<Receipt>>(`${one(id)}/receipts`, { limit: 10 });
