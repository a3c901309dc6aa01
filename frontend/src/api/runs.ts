import type { Page, Run, RunInput } from "../../../worker/contract/index.ts";
import { api, at, enc, isApiError, read } from "./client.ts";

const withId = (id: string) => ({ params: { path: { id } } });

export const startRun = (projectId: string, body: RunInput) =>
  read(api.POST("/v1/projects/{id}/runs", { ...withId(projectId), body }));
/** Lists the project's runs, newest first. */
export const listRuns = (projectId: string, cursor: string | null) =>
  read(
    api.GET("/v1/projects/{id}/runs", { params: { path: { id: projectId }, query: { limit: "50", ...at(cursor) } } }),
  );
/** Lists all runs of the project whose changes have been undone. */
export async function listUndoneRuns(projectId: string): Promise<readonly Run[]> {
  const runs: Run[] = [];
  for (let cursor: string | null = null; ; ) {
    const query = { undone: "true", limit: "100", ...at(cursor) } as const;
    const page: Page<Run> = await read(
      api.GET("/v1/projects/{id}/runs", { params: { path: { id: projectId }, query } }),
    );
    runs.push(...page.data);
    cursor = page.pagination.nextCursor;
    if (cursor === null) return runs;
  }
}
export const cancelRun = (id: string) => read(api.POST("/v1/runs/{id}/cancel", withId(id)));
export const getRun = (id: string) => read(api.GET("/v1/runs/{id}", withId(id)));
/** Undoes a run's file changes as a new revision. With `data` it also restores the preview's data. */
export const undoRun = (id: string, data: boolean) =>
  read(api.POST("/v1/runs/{id}/undo", { ...withId(id), body: data ? { data } : {} }));
export const answerRun = (id: string, text: string) =>
  read(api.POST("/v1/runs/{id}/input", { ...withId(id), body: { text } }));

/** Returns the URL of a run's image, such as `prompt-1`. */
export const runImageUrl = (id: string, name: string) => `/v1/runs/${enc(id)}/images/${name}`;
/** Reads a run's image; null once the server has deleted it. */
export async function readRunImage(id: string, name: string): Promise<Uint8Array<ArrayBuffer> | null> {
  try {
    const params = { path: { id, name } };
    const headers = { accept: "image/*" };
    return new Uint8Array(
      await read(api.GET("/v1/runs/{id}/images/{name}", { params, headers, parseAs: "arrayBuffer" })),
    );
  } catch (error) {
    if (isApiError(error, "not_found")) return null;
    throw error;
  }
}

/** Returns the URL of a run's event stream, starting after the event number `after`. */
export const eventsUrl = (id: string, after: number) => `/v1/runs/${enc(id)}/events?after=${after}`;
/** Reads the first event after `after`, as a page; undefined when the run has ended and no event follows. */
export const readNextEvent = (id: string, after: number) =>
  read(api.GET("/v1/runs/{id}/events", { params: { path: { id }, query: { after: String(after), limit: "1" } } }));

/** Builds the app at a revision, the head by default, and returns a link to it. */
export const startPreview = (projectId: string, revision: number | null = null) =>
  read(
    api.POST("/v1/projects/{id}/preview", {
      ...withId(projectId),
      ...(revision === null ? {} : { body: { revision } }),
    }),
  );
export const getBuild = (projectId: string, revision: number) =>
  read(
    api.GET("/v1/projects/{id}/builds/{revision}", {
      params: { path: { id: projectId, revision: String(revision) } },
    }),
  );
export const publishProject = (projectId: string, revision: number) =>
  read(api.POST("/v1/projects/{id}/publish", { ...withId(projectId), body: { revision } }));
export const unpublishProject = (projectId: string) => read(api.DELETE("/v1/projects/{id}/publish", withId(projectId)));

/** Lists the app's log entries, newest first. */
export const readPreviewLogs = (projectId: string, cursor: string | null) =>
  read(
    api.GET("/v1/projects/{id}/preview/logs", {
      params: { path: { id: projectId }, query: { limit: "100", order: "desc", ...at(cursor) } },
    }),
  );
export const clearPreviewData = (projectId: string) =>
  read(api.DELETE("/v1/projects/{id}/preview/data", withId(projectId)));
