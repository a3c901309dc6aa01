import { Api, type Problem } from "./generated/swagger.ts";
import { baseUrl, expectJob, headers, prompt, until } from "./job.ts";

const { v1 } = new Api({ baseUrl, baseApiParams: { headers, format: "json" } });

const { data: project } = await v1.createProject({ name: "swagger-typescript-api" });
await v1.applyBatch(project.id, { operations: [{ op: "write", path: "a.txt", content: "a" }] });
const { data: started } = await v1.startRun(project.id, { prompt });
const run = await until(async () => (await v1.getRun(started.id)).data);
const { data: runs } = await v1.listRuns(project.id, { status: "completed", limit: 5 });
const { data: files } = await v1.listFiles(project.id);
const refused: { error: Problem } = await v1.getProject("prj_0").then(
  () => Promise.reject(new Error("a project that is not there was found")),
  (answer: { error: Problem }) => answer,
);
const paths = files.data.map((file) => file.path);
expectJob({ status: run.status, runs: runs.data.length, files: paths, code: refused.error.code });
