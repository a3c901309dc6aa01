import { createApiClient } from "./generated/typed-openapi.ts";
import { baseUrl, expectJob, headers, prompt, until } from "./job.ts";

const api = createApiClient(
  {
    fetch: ({ method, url, urlSearchParams, parameters }) => {
      for (const [name, value] of urlSearchParams ?? []) url.searchParams.set(name, value);
      const body = parameters?.body === undefined ? null : JSON.stringify(parameters.body);
      return fetch(url, {
        method: method.toUpperCase(),
        headers: { ...headers, "Content-Type": "application/json" },
        body,
      });
    },
  },
  baseUrl,
);

const project = await api.post("/v1/projects", { header: {}, body: { name: "typed-openapi" } });
const path = { id: project.id };
const operations = [{ op: "write" as const, path: "a.txt", content: "a" }];
await api.post("/v1/projects/{id}/batches", { header: {}, path, body: { operations } });
const started = await api.post("/v1/projects/{id}/runs", { header: {}, query: {}, path, body: { prompt } });
if (!("id" in started)) throw new Error("a stream that was not asked for");
const run = await until(() => api.get("/v1/runs/{id}", { path: { id: started.id } }));
const runs = await api.get("/v1/projects/{id}/runs", { path, query: { status: "completed", limit: 5 } });
const files = await api.get("/v1/projects/{id}/files", { header: {}, query: {}, path });
const absent = await api.get("/v1/projects/{id}", {
  header: {},
  path: { id: "prj_0" },
  withResponse: true,
  throwOnStatusError: false,
});
const code = absent.status === 404 ? absent.data.code : undefined;
expectJob({ status: run.status, runs: runs.data.length, files: files.data.map((file) => file.path), code });
