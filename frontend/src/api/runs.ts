import type {
  AgentSummary,
  BuildSummary,
  Page,
  Preview,
  PreviewLog,
  Published,
  Run,
  RunInput,
} from "../../../worker/contract/index.ts";
import { enc, get, post, request } from "./client.ts";

const ofProject = (id: string) => `/v1/projects/${enc(id)}`;

/** The agents that come with Edgesmith, and the project's own. */
export const listAgents = (projectId: string) => get<Page<AgentSummary>>("/v1/agents", { projectId, limit: 100 });

export const startRun = (projectId: string, body: RunInput) => post<Run>(`${ofProject(projectId)}/runs`, body);
export const listRuns = (projectId: string) => get<Page<Run>>(`${ofProject(projectId)}/runs`, { limit: 50 });
export const getRun = (id: string) => get<Run>(`/v1/runs/${enc(id)}`);
export const cancelRun = (id: string) => request<Run>("POST", `/v1/runs/${enc(id)}/cancel`);
export const answerRun = (id: string, text: string) => post<Run>(`/v1/runs/${enc(id)}/input`, { text });
export const eventsAddress = (id: string, after: number) => `/v1/runs/${enc(id)}/events?after=${after}`;

export const startPreview = (projectId: string) => post<Preview>(`${ofProject(projectId)}/preview`);
export const getBuild = (projectId: string, revision: number) =>
  get<BuildSummary>(`${ofProject(projectId)}/builds/${revision}`);
export const publishProject = (projectId: string, revision: number) =>
  post<Published>(`${ofProject(projectId)}/publish`, { revision });
export const unpublishProject = (projectId: string) => request<null>("DELETE", `${ofProject(projectId)}/publish`);

/** The app's log from its newest end. */
export const readPreviewLogs = (projectId: string, cursor: string | null) =>
  get<Page<PreviewLog>>(`${ofProject(projectId)}/preview/logs`, { limit: 100, order: "desc", cursor });
export const clearPreviewData = (projectId: string) => request<null>("DELETE", `${ofProject(projectId)}/preview/data`);
