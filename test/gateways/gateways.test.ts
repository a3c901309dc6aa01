// The main job through real gateways, installed from the registry into a temporary folder. Not part of CI, since it
// needs the network and several minutes. docs/models.md lists the results.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { type ScriptedModel, startScriptedModel } from "../../dev/model/index.ts";
import { freePort } from "../../dev/ports.ts";
import { run as runSchema } from "../../worker/contract/index.ts";
import { type Caller, newCaller, newProject } from "../stage/caller.ts";
import { openTestStack, type TestStack } from "../stage/stack.ts";
import { watch } from "../stage/stream-reader.ts";
import { type Gateway, install, start } from "./gateway.ts";
import { failing, working } from "./gateways.ts";
import { type Switchboard, startSwitchboard } from "./switchboard.ts";

let model: ScriptedModel;
let board: Switchboard;
let testStack: TestStack;
let caller: Caller;
let root: string;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), "edgesmith-gateways-"));
  model = await startScriptedModel();
  board = await startSwitchboard();
  testStack = await openTestStack({
    variables: { ANTHROPIC_API_KEY: "scripted", ANTHROPIC_BASE_URL: board.url, DEFAULT_PLAN: "enterprise" },
  });
  caller = await newCaller(testStack.stack);
});

afterAll(async () => {
  await testStack.close();
  await board.close();
  await model.close();
  rmSync(root, { recursive: true, force: true });
});

const prompt = "Make a todo list with an API that remembers the todos";

/** Runs the main job through a gateway, until it ends or fails. */
async function mainJobThrough(gateway: Gateway) {
  board.target = await started(gateway);
  const projectId = await newProject(caller, gateway.name);
  const body = { prompt, agent: "fullstack" };
  const { id } = await caller.expect(runSchema, 202, `/v1/projects/${projectId}/runs`, { body });
  const { events } = await watch(caller, id);
  return { events, run: await caller.expect(runSchema, 200, `/v1/runs/${id}`) };
}

/** Installs and starts a gateway, after its upstream gateway. */
async function started(gateway: Gateway): Promise<Switchboard["target"]> {
  const folder = join(root, gateway.name.replaceAll(" ", "-"));
  install(gateway, folder);
  const { upstreamGateway } = gateway;
  const upstream = upstreamGateway ? (await started(upstreamGateway.gateway)).url + upstreamGateway.path : model.url;
  const at = { folder, port: await freePort(), upstream };
  const running = await start(gateway, at);
  onTestFinished(() => running.stop());
  return { url: running.url, headers: gateway.headers?.(at) ?? {} };
}

describe("the main job", () => {
  it.each(working.map((gateway) => [gateway.name, gateway] as const))(
    "the main job works through %s",
    async (name, gateway) => {
      const { events, run } = await mainJobThrough(gateway);
      console.log(`${name}: ${run.status}, ${JSON.stringify(run.usage)}`);
      expect(run).toMatchObject({ status: "completed" });
      const written = events.flatMap((event) => (event.type === "revision.created" ? event.paths : []));
      expect(written).toEqual(expect.arrayContaining(["index.html", "src/server.ts"]));
      expect(events.filter(({ type }) => type === "step.retried")).toEqual([]);
      expect(run.usage.outputTokens).toBeGreaterThan(100);
    },
  );

  it.each(failing.map((gateway) => [gateway.name, gateway] as const))(
    "%s refuses the main job, and the run ends with a readable reason",
    async (name, gateway) => {
      const { run } = await mainJobThrough(gateway);
      console.log(`${name}: ${run.status}, ${run.error?.code}: ${run.error?.detail}`);
      expect(run.status).toBe("failed");
      expect(["model_failed", "model_not_configured"]).toContain(run.error?.code);
    },
  );
});
