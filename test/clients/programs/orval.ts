import * as api from "./generated/orval.ts";
import { baseUrl, expectJob, headers, prompt, until } from "./job.ts";

// The generated functions fetch paths relative to the server that serves the page.
const fetchFrom = globalThis.fetch;
globalThis.fetch = (input, init) => fetchFrom(new URL(String(input), baseUrl), init);

const project = await api.createProject({ name: "orval" }, { headers });
if (project.status !== 201) throw new Error(project.data.code);
const { id } = project.data;
await api.applyBatch(id, { operations: [{ op: "write", path: "a.txt", content: "a" }] }, { headers });
const started = await api.startRun(id, { prompt }, {}, { headers });
if (started.status !== 202 || !("id" in started.data)) throw new Error("no run was started");
const runId = started.data.id;
const run = await until(async () => {
  const found = await api.getRun(runId, { headers });
  if (found.status !== 200) throw new Error(found.data.code);
  return found.data;
});
const runs = await api.listRuns(id, { status: "completed", limit: 5 }, { headers });
const files = await api.listFiles(id, {}, { headers });
if (runs.status !== 200 || files.status !== 200) throw new Error("the lists were refused");
const absent = await api.getProject("prj_0", { headers });
const code = absent.status === 404 ? absent.data.code : undefined;
expectJob({ status: run.status, runs: runs.data.data.length, files: files.data.data.map((file) => file.path), code });
