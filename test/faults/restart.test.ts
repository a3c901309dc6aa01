// `npm start`: a restart is ready soon and has lost nothing. Stopping or killing it leaves no process behind.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { isAlive, signal, waitForChild, waitForEnd } from "../../dev/processes.ts";
import { message, pageOf, preview, project, type RunEvent, revision, run } from "../../worker/contract/index.ts";
import { type Caller, logOf, newCaller, newProject, startRun } from "../stage/caller.ts";
import { watch } from "../stage/stream-reader.ts";
import { until } from "../stage/until.ts";
import { type Program, portOfRestarts, processesOn, startProgram } from "./npm-start.ts";
import { enter, visit } from "./preview-request.ts";

const dataDir = mkdtempSync(join(tmpdir(), "edgesmith-restart-"));
let program: Program;
let caller: Caller;
let projectId: string;
let before: Awaited<ReturnType<typeof storedState>>;

beforeAll(async () => {
  program = await startProgram(dataDir, await portOfRestarts());
  console.log(`the first start took ${Math.round(program.readyMs)} ms`);
  caller = await newCaller(program);
  projectId = await newProject(caller, "Kept");
  const run = await startRun(caller, projectId, "Make a todo list with an API that remembers the todos");
  await watch(caller, run.id);
  const app = await openApp();
  await visit(app.at("/api/todos"), { body: { title: "Survive" }, cookie: app.cookie });
  before = await storedState(run.id);
  expect(before.run.status).toBe("completed");
  expect(before.todos).toContain("Survive");
});

afterAll(async () => {
  program.child.kill("SIGTERM");
  await waitForChild(program.child, 20_000);
  rmSync(dataDir, { recursive: true, force: true });
});

async function openApp() {
  const { url } = await caller.expect(preview, 201, `/v1/projects/${projectId}/preview`, { method: "POST", body: {} });
  return { cookie: await enter(url), at: (path: string) => new URL(path, url).href };
}

/** Reads all data that a person could miss after a restart. */
async function storedState(runId: string) {
  const at = `/v1/projects/${projectId}`;
  const app = await openApp();
  const log: RunEvent[] = await logOf(caller, runId);
  return {
    project: await caller.expect(project, 200, at),
    revisions: (await caller.expect(pageOf(revision), 200, `${at}/revisions`)).data,
    messages: (await caller.expect(pageOf(message), 200, `${at}/messages`)).data,
    run: await caller.expect(run, 200, `/v1/runs/${runId}`),
    log,
    todos: (await visit(app.at("/api/todos"), { cookie: app.cookie })).text,
  };
}

/** Whether the web app's session cookie is still valid. */
async function isSignedIn(): Promise<boolean> {
  const answer = await fetch(`http://127.0.0.1:${program.port}/v1/me`, { headers: { Cookie: caller.cookie } });
  return answer.status === 200;
}

async function stopAndExpectNoProcess(name: NodeJS.Signals): Promise<void> {
  const processes = program.processes();
  expect(processes.length).toBeGreaterThan(5);
  program.child.kill(name);
  expect(await waitForChild(program.child, 20_000), `${name} ends it`).toBe(true);
  // After the supervisor is killed, its watchdog sends SIGTERM to the children and waits 5 s before SIGKILL.
  for (const pid of processes) expect(await waitForEnd(pid, 15_000), `process ${pid} ends`).toBe(true);
  expect(processes.filter(isAlive)).toEqual([]);
  expect(processesOn(dataDir)).toEqual([]);
}

it("`npm start` ends every process on SIGTERM, is back within 10 s, and has lost nothing", async () => {
  await stopAndExpectNoProcess("SIGTERM");
  expect(program.child.exitCode).toBe(0);
  program = await startProgram(dataDir, program.port);
  console.log(`the second start took ${Math.round(program.readyMs)} ms`);
  expect(await storedState(before.run.id)).toEqual(before);
  expect(await isSignedIn()).toBe(true);
});

it("`npm start` ends every process on SIGINT", async () => {
  await stopAndExpectNoProcess("SIGINT");
  program = await startProgram(dataDir, program.port);
});

it("a killed supervisor leaves no process behind, and nothing is lost", async () => {
  const { child } = program;
  const [, supervisor] = program.processes();
  if (supervisor === undefined) throw new Error("no supervisor");
  const processes = program.processes();
  signal(supervisor, "SIGKILL");
  expect(await waitForChild(child, 10_000)).toBe(true);
  for (const pid of processes) expect(await waitForEnd(pid, 20_000), `process ${pid} ends`).toBe(true);
  expect(processesOn(dataDir)).toEqual([]);
  program = await startProgram(dataDir, program.port);
  expect(await storedState(before.run.id)).toEqual(before);
});

it("a run that was active when npm start was stopped continues", async () => {
  const going = await startRun(caller, await newProject(caller), "[[five steps]] [[slow 10 ms]]");
  await until("a first revision", 20_000, async () =>
    (await logOf(caller, going.id)).some(({ type }) => type === "revision.created"),
  );
  await stopAndExpectNoProcess("SIGTERM");
  program = await startProgram(dataDir, program.port);
  const { events } = await watch(caller, going.id);
  expect(events.at(-1)?.type).toBe("run.completed");
  expect(events.filter(({ type }) => type === "revision.created")).toHaveLength(5);
});
