import { env } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { builtIn, projectWorkspace } from "../../../worker/agents/index.ts";
import { systemPrompt } from "../../../worker/agents/system-prompt.ts";
import { configOf } from "../../../worker/config/index.ts";
import type { BuilderRpc, Me, PreviewLog } from "../../../worker/contract/index.ts";
import { connect } from "../../../worker/database/index.ts";
import { isAppError } from "../../../worker/errors.ts";
import { newAccount, newProject } from "../stage/client.ts";
import { runOf } from "./run.ts";
import { call, scriptedModel } from "./scripted-model.ts";

// The tools on a real project: the database, and the preview Worker that builds and runs the app.

async function stage(broken?: (name: string) => never, logged?: PreviewLog[]) {
  const account = await newAccount();
  const project = await newProject(account);
  const me = await account.expect<Me>(200, "/v1/me");
  const config = configOf(env);
  const context = {
    config,
    database: connect(config.database),
    actor: { kind: "agent" as const, ownerId: me.id, plan: me.plan, name: "fullstack", runId: "run_test" },
  };
  const bindings: object = env;
  const real: BuilderRpc = Reflect.get(bindings, "PREVIEW");
  const fails = (name: string) => async () => broken?.(name) ?? Promise.reject(new Error(name));
  const failing: BuilderRpc = {
    build: fails("build"),
    prepare: fails("prepare"),
    buildSummary: fails("buildSummary"),
    projectTypes: fails("projectTypes"),
    request: fails("request"),
    publish: fails("publish"),
    prepareStaging: fails("prepareStaging"),
    stage: fails("stage"),
    discardStaging: fails("discardStaging"),
    unpublish: fails("unpublish"),
    logs: fails("logs"),
    packageInfo: fails("packageInfo"),
    data: fails("data"),
    clearData: fails("clearData"),
    endVisits: fails("endVisits"),
    environmentChanged: fails("environmentChanged"),
    preparePublication: fails("preparePublication"),
    publishedLogs: fails("publishedLogs"),
    stagedLogs: fails("stagedLogs"),
    schedules: fails("schedules"),
    runSchedule: fails("runSchedule"),
    visits: fails("visits"),
    forget: fails("forget"),
  };
  const listening: BuilderRpc = { ...failing, logs: async () => logged ?? [] };
  const builder = logged !== undefined ? listening : broken === undefined ? real : failing;
  const workspace = projectWorkspace(context, { builder, viewer: null }, { projectId: project.id, runId: "run_test" });
  const byHand = (path: string, content: string) =>
    account.expect(201, `/v1/projects/${project.id}/batches`, {
      body: { operations: [{ op: "write", path, content }] },
    });
  return { account, project, workspace, byHand };
}

const write = (path: string, content: string) => call("write_files", { files: [{ path, content }] });
const lines = (...changed: string[]) => ["one", "two", "three", "four", "five", ...changed].join("\n");

describe("a preview Worker that breaks down", () => {
  it("a broken preview is reported to the model, retried only for tools without effects, and the run continues", async () => {
    const asked: string[] = [];
    const { workspace } = await stage((name) => {
      asked.push(name);
      throw new Error("internal error; reference = 123");
    });
    const calls = [call("request_preview", { method: "POST", path: "/" }), call("check"), call("read_logs")];
    const run = runOf(scriptedModel([{ calls }, { say: "Done." }]), { workspace });
    expect((await run.go()).status).toBe("completed");
    const results = [...(run.journal.steps()[0]?.results.values() ?? [])];
    for (const { isError, content } of results) {
      expect([isError, content]).toEqual([true, expect.stringContaining("cannot be used now")]);
    }
    expect(asked.filter((name) => name === "request")).toHaveLength(1);
    expect(asked.filter((name) => name === "build")).toHaveLength(4);
  });
});

describe("an agent on a real project", () => {
  it("an agent writes, reads, searches, edits, moves and deletes files of a real project, one revision each", async () => {
    const { account, project, workspace } = await stage();
    const model = scriptedModel([
      {
        calls: [
          write("src/a.ts", "export const a = 1;\n"),
          call("list_files"),
          call("read_files", { paths: ["src/a.ts", "none"] }),
        ],
      },
      {
        calls: [
          call("edit_file", { path: "src/a.ts", edits: [{ find: "= 1", replace: "= 2" }] }),
          call("search_files", { query: "a = 2" }),
        ],
      },
      {
        calls: [call("move_file", { from: "src/a.ts", to: "src/b.ts" }), call("delete_files", { paths: ["src/b.ts"] })],
      },
      { say: "Done." },
    ]);
    const run = runOf(model, { workspace, runId: `run_${crypto.randomUUID()}` });
    expect((await run.go()).status).toBe("completed");
    const results = run.journal.steps().flatMap((step) => [...step.results.values()]);
    expect(results.filter(({ isError }) => isError)).toEqual([]);
    expect(results.find(({ name }) => name === "search_files")?.content).toBe(
      '{"path":"src/a.ts","line":1,"text":"export const a = 2;"}',
    );
    const { data } = await account.expect<{ data: { author: unknown; runId: string }[] }>(
      200,
      `/v1/projects/${project.id}/revisions`,
    );
    expect(data).toHaveLength(4);
    expect(data[0]).toMatchObject({ author: { kind: "agent", name: "fullstack" }, runId: "run_test" });
  });

  it("an agent's batch merges with a person's change or is refused, and never overwrites it", async () => {
    const { workspace, byHand } = await stage();
    await byHand("a.txt", lines());
    const model = scriptedModel([
      { calls: [call("read_files", { paths: ["a.txt"] })] },
      { calls: [write("a.txt", lines("six by the agent"))] },
      { calls: [write("a.txt", "all mine")] },
      { say: "Done." },
    ]);
    const { stream } = model;
    let asked = 0;
    model.stream = (request, signal) => {
      asked++;
      return stream(request, signal);
    };
    const run = runOf(model, {
      workspace: {
        ...workspace,
        async applyBatch(batch) {
          if (asked === 2) await byHand("a.txt", lines().replace("one", "one by hand"));
          return workspace.applyBatch(batch);
        },
      },
      runId: `run_${crypto.randomUUID()}`,
    });
    expect((await run.go()).status).toBe("completed");
    const [merged, refused] = run.journal
      .steps()
      .slice(1, 3)
      .map(({ results }) => results.get(0));
    expect(merged).toMatchObject({ isError: false, content: expect.stringContaining('"merged":["a.txt"]') });
    expect(refused).toMatchObject({ isError: true, content: expect.stringContaining("Read the files again") });
    expect((await workspace.readFile("a.txt"))?.content).toBe(lines("six by the agent").replace("one", "one by hand"));
  });

  it("an agent's call is applied once, however often it runs", async () => {
    const { workspace } = await stage();
    const batch = {
      operations: [{ op: "write" as const, path: "a.txt", content: "1" }],
      message: "Once",
      expectedRevision: 0,
      opId: `op_${crypto.randomUUID()}`,
      onConflict: "merge" as const,
    };
    expect(await workspace.findBatch(batch.opId)).toBeNull();
    const first = await workspace.applyBatch(batch);
    expect(await workspace.applyBatch(batch)).toEqual(first);
    expect(await workspace.findBatch(batch.opId)).toEqual(first);
    expect(await workspace.head()).toBe(1);
  });

  // The first check of a Worker loads the compiler: seconds on an idle machine, most of a minute on a busy one.
  it("an agent builds and calls the app at its head, and gets its errors", { timeout: 120_000 }, async () => {
    const { workspace, byHand } = await stage();
    // The server example in the agents' prompts must itself be valid.
    const project = { name: "Test", revision: 0, files: [] };
    const { stable } = systemPrompt({ agent: builtIn.get("fullstack"), mode: "build", project });
    const [, shown = ""] = /```ts\n([\s\S]*?)```/.exec(stable) ?? [];
    await byHand("src/server.ts", shown);
    expect(await workspace.check()).toEqual([]);
    const add = (body: string) => workspace.request({ method: "POST", path: "/api/notes", body });
    expect(await add('{"text":"Hello"}')).toMatchObject({ status: 201 });
    expect(await add("nonsense")).toMatchObject({ status: 400 });
    const listed = await workspace.request({ method: "GET", path: "/api/notes" });
    expect(JSON.parse(listed.body)).toEqual([{ id: 1, text: "Hello" }]);
    await byHand("src/server.ts", "export default { fetch: () => nowhere };\n");
    expect(await workspace.check()).toMatchObject([{ path: "src/server.ts", line: 1, severity: "error" }]);
    expect(Array.isArray(await workspace.logs(10))).toBe(true);
  });

  it("an agent gets versions of the packages it adds, and the registry's data on one", {
    timeout: 60_000,
  }, async () => {
    const { workspace } = await stage();
    const manifest = JSON.stringify({ dependencies: { "is-number": "*", zod: "latest", "is-odd": "99.0.0" } });
    const model = scriptedModel([
      { calls: [write("package.json", manifest)] },
      { calls: [call("package_info", { name: "is-number", version: "7.0.0" })] },
      { say: "Done." },
    ]);
    const run = runOf(model, { workspace, runId: `run_${crypto.randomUUID()}` });
    expect((await run.go()).status).toBe("completed");
    const [written, info] = run.journal.steps().map(({ results }) => results.get(0));
    const said: { packages: string[] } = JSON.parse(written?.content ?? "");
    expect(said.packages).toContain('is-odd: "is-odd" has no version that matches "99.0.0".');
    const stored: { dependencies: Record<string, string> } = JSON.parse(
      (await workspace.readFile("package.json"))?.content ?? "",
    );
    expect(stored.dependencies).toMatchObject({
      "is-number": expect.stringMatching(/^\^7\./),
      zod: "^3.25.76",
      "is-odd": "99.0.0",
    });
    expect(info?.content).toContain("is-number 7.0.0");
    // Data written by others is fenced.
    expect(info?.fence).toBeDefined();
  });

  it("An agent gets the pages' log since its last change, and nothing older", async () => {
    const line = (
      at: number,
      source: PreviewLog["source"],
      level: PreviewLog["level"],
      message: string,
    ): PreviewLog => ({
      at: new Date(at).toISOString(),
      source,
      level,
      message,
    });
    const past = Date.now() - 3_600_000;
    const soon = Date.now() + 3_600_000;
    const lines = [
      line(past, "browser", "error", "old"),
      line(soon, "browser", "error", "new"),
      line(soon, "browser", "warn", "warned"),
      line(soon, "browser", "info", "chatter"),
      line(soon, "server", "error", "of the server"),
    ];
    const { workspace, byHand } = await stage(undefined, lines);
    expect(await workspace.browserErrors()).toEqual([]);
    await byHand("index.html", "<h1>One</h1>");
    expect((await workspace.browserErrors()).map(({ message }) => message)).toEqual(["new", "warned"]);
  });

  it("an agent's invalid path is reported to the model", async () => {
    const { workspace } = await stage();
    await expect(workspace.readFile("../secret")).rejects.toSatisfy((error) => isAppError(error, "invalid_path"));
    expect(await workspace.readFile("none.txt")).toBeNull();
  });
});
