import type {
  BatchInput,
  BatchResult,
  Encoding,
  FileContent,
  FileEntry,
  ImportedProject,
  Message,
  Page,
  Project,
  ProjectDetail,
  ProjectInput,
  ProjectUpdate,
  Revision,
  RevisionDetail,
} from "../../../worker/contract/index.ts";
import { enc, get, post, request } from "./client.ts";

export type Tree = { revision: number; data: FileEntry[] };
export type Blob = { sha256: string; content: string; encoding: Encoding; bytes: number };

const at = (id: string) => `/v1/projects/${enc(id)}`;
const pathOf = (path: string) => path.split("/").map(enc).join("/");

export const listProjects = (cursor: string | null) => get<Page<Project>>("/v1/projects", { limit: 24, cursor });
export const createProject = (body: ProjectInput) => post<Project>("/v1/projects", body);
export const getProject = (id: string) => get<ProjectDetail>(at(id));
export const updateProject = (id: string, body: ProjectUpdate) => request<Project>("PATCH", at(id), { body });
export const deleteProject = (id: string) => request<null>("DELETE", at(id));

export const forkProject = (id: string, name: string) => post<Project>(`${at(id)}/fork`, { name });
export const archiveAddress = (id: string) => `${at(id)}/archive.zip`;
/** Imports a zip or a gzipped tar; the server tells them apart by their bytes. */
export const importProject = (name: string, archive: globalThis.Blob) =>
  request<ImportedProject>("POST", "/v1/projects/import", { query: { name }, blob: archive });

/** The conversation from its newest end. */
export const listMessages = (id: string, cursor: string | null) =>
  get<Page<Message>>(`${at(id)}/messages`, { limit: 40, order: "desc", cursor });

export const listFiles = (id: string) => get<Tree>(`${at(id)}/files`);
export const readFile = (id: string, path: string) => get<FileContent>(`${at(id)}/files/${pathOf(path)}`);
export const readBlob = (id: string, sha256: string) => get<Blob>(`${at(id)}/blobs/${enc(sha256)}`);
export const applyBatch = (id: string, body: BatchInput) => post<BatchResult>(`${at(id)}/batches`, body);

export const listRevisions = (id: string, cursor: string | null) =>
  get<Page<Revision>>(`${at(id)}/revisions`, { limit: 30, cursor });
export const getRevision = (id: string, number: number) => get<RevisionDetail>(`${at(id)}/revisions/${number}`);
export const restoreRevision = (id: string, number: number) =>
  request<BatchResult>("POST", `${at(id)}/revisions/${number}/restore`);
