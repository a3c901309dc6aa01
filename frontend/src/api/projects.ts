import type { BatchInput, ProjectInput, ProjectUpdate } from "../../../worker/contract/index.ts";
import { api, at, enc, pages, read } from "./client.ts";
import { keys } from "./queries.ts";

const withId = (id: string) => ({ params: { path: { id } } });

export const listProjects = (cursor: string | null, q: string) =>
  read(api.GET("/v1/projects", { params: { query: { limit: "24", ...(q === "" ? {} : { q }), ...at(cursor) } } }));
/** Returns the query for the projects whose name contains a text. */
export const projectsQuery = (q: string) => ({
  queryKey: keys.projectSearch(q),
  queryFn: ({ pageParam }: { pageParam: string | null }) => listProjects(pageParam, q),
  ...pages,
});
/** Lists projects for their names, with the largest page that the API allows. */
export const listProjectNames = (cursor: string | null) =>
  read(api.GET("/v1/projects", { params: { query: { limit: "100", ...at(cursor) } } }));
export const createProject = (body: ProjectInput) => read(api.POST("/v1/projects", { body }));
export const getProject = (id: string) => read(api.GET("/v1/projects/{id}", withId(id)));
export const updateProject = (id: string, body: ProjectUpdate) =>
  read(api.PATCH("/v1/projects/{id}", { ...withId(id), body }));
export const deleteProject = (id: string) => read(api.DELETE("/v1/projects/{id}", withId(id)));

export const forkProject = (id: string, name: string) =>
  read(api.POST("/v1/projects/{id}/fork", { ...withId(id), body: { name } }));
/** The URL from which a browser downloads the project's files. */
export const archiveUrl = (id: string) => `/v1/projects/${enc(id)}/archive.zip`;
/** Imports a zip or a gzipped tar; the server detects the format from the bytes. */
export const importProject = (name: string, archive: Blob) =>
  read(
    api.POST("/v1/projects/import", {
      params: { query: { name } },
      body: archive,
      bodySerializer: (body) => body,
      headers: { "content-type": archive.type },
    }),
  );
/** Imports a public repository from a Git host by its URL. */
export const importRepository = (url: string) => read(api.POST("/v1/projects/import/git", { body: { url } }));

/** Lists the project's messages, newest first. */
export const listMessages = (id: string, cursor: string | null) =>
  read(
    api.GET("/v1/projects/{id}/messages", {
      params: { path: { id }, query: { limit: "40", order: "desc", ...at(cursor) } },
    }),
  );

export const listFiles = (id: string) => read(api.GET("/v1/projects/{id}/files", withId(id)));
export const readFile = (id: string, path: string) =>
  read(api.GET("/v1/projects/{id}/files/{path}", { params: { path: { id, path } } }));
/** Reads a file's content at a revision. */
export const readFileAt = (id: string, path: string, number: number) =>
  read(
    api.GET("/v1/projects/{id}/files/{path}", { params: { path: { id, path }, query: { revision: String(number) } } }),
  );
export const readBlob = (id: string, sha256: string) =>
  read(api.GET("/v1/projects/{id}/blobs/{sha256}", { params: { path: { id, sha256 } } }));
/** Searches the project's files for lines that contain a text. */
export const searchFiles = (id: string, q: string) =>
  read(api.GET("/v1/projects/{id}/search", { params: { path: { id }, query: { q } } }));
export const applyBatch = (id: string, body: BatchInput) =>
  read(api.POST("/v1/projects/{id}/batches", { ...withId(id), body }));

/** Returns the URL of the type checker's inputs at a revision. */
export const typesUrl = (id: string, revision: number) => `/v1/projects/${enc(id)}/types/${revision}`;

/** Compares two revisions. */
export const diffRevisions = (id: string, from: number, to: number) =>
  read(api.GET("/v1/projects/{id}/diff", { params: { path: { id }, query: { from: String(from), to: String(to) } } }));

const revision = (id: string, number: number) => ({ params: { path: { id, n: String(number) } } });
export const listRevisions = (id: string, cursor: string | null) =>
  read(api.GET("/v1/projects/{id}/revisions", { params: { path: { id }, query: { limit: "30", ...at(cursor) } } }));
export const getRevision = (id: string, number: number) =>
  read(api.GET("/v1/projects/{id}/revisions/{n}", revision(id, number)));
export const restoreRevision = (id: string, number: number, data = false) =>
  read(api.POST("/v1/projects/{id}/revisions/{n}/restore", { ...revision(id, number), body: { data } }));
