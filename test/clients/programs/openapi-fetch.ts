import createClient from "openapi-fetch";
import type { paths } from "./generated/openapi-typescript.ts";
import { baseUrl, expectJob, headers, prompt, until } from "./job.ts";

const api = createClient<paths>({ baseUrl, headers });

function given<T>(answer: { data?: T; error?: { code: string } }): T {
  if (answer.data === undefined) throw new Error(answer.error?.code ?? "no data");
  return answer.data;
}

const project = given(await api.POST("/v1/projects", { body: { name: "openapi-fetch" } }));
const path = { id: project.id };
const batch = { operations: [{ op: "write" as const, path: "a.txt", content: "a" }] };
given(await api.POST("/v1/projects/{id}/batches", { params: { path }, body: batch }));
const started = given(await api.POST("/v1/projects/{id}/runs", { params: { path }, body: { prompt } }));
if (!("id" in started)) throw new Error("a stream that was not asked for");
const run = await until(async () => {
  const found = await api.GET("/v1/runs/{id}", { params: { path: { id: started.id } } });
  return given(found);
});
const query = { status: "completed" as const, limit: 5 };
const runs = given(await api.GET("/v1/projects/{id}/runs", { params: { path, query } }));
const files = given(await api.GET("/v1/projects/{id}/files", { params: { path } }));
const { error } = await api.GET("/v1/projects/{id}", { params: { path: { id: "prj_0" } } });
expectJob({
  status: run.status,
  runs: runs.data.length,
  files: files.data.map((file) => file.path),
  code: error?.code,
});
