import { client } from "./generated/hey-api/client.gen.ts";
import * as api from "./generated/hey-api/index.ts";
import { baseUrl, expectJob, headers, prompt, until } from "./job.ts";

client.setConfig({ baseUrl, headers });
const throwOnError = true;

const { data: project } = await api.createProject({ body: { name: "hey-api" }, throwOnError });
const path = { id: project.id };
const operations = [{ op: "write" as const, path: "a.txt", content: "a" }];
await api.applyBatch({ path, body: { operations }, throwOnError });
const { data: started } = await api.startRun({ path, body: { prompt }, throwOnError });
if (!("id" in started)) throw new Error("a stream that was not asked for");
const run = await until(async () => (await api.getRun({ path: { id: started.id }, throwOnError })).data);
const { data: runs } = await api.listRuns({ path, query: { status: "completed", limit: 5 }, throwOnError });
const { data: files } = await api.listFiles({ path, throwOnError });
const { error } = await api.getProject({ path: { id: "prj_0" } });
expectJob({
  status: run.status,
  runs: runs.data.length,
  files: files.data.map((file) => file.path),
  code: error?.code,
});
