import type { Agent } from "../../../worker/contract/index.ts";
import { enc, get, request } from "./client.ts";

export const getAgent = (projectId: string, name: string) => get<Agent>(`/v1/agents/${enc(name)}`, { projectId });

const own = (projectId: string, name: string) => `/v1/projects/${enc(projectId)}/agents/${enc(name)}`;
export const putAgent = (projectId: string, name: string, content: string) =>
  request<Agent>("PUT", own(projectId, name), { body: { content } });
export const deleteAgent = (projectId: string, name: string) => request<null>("DELETE", own(projectId, name));
