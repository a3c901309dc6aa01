import { runInDurableObject } from "cloudflare:test";
import { describe, expect, it, vi } from "vitest";
import { appObject, environment, type Preview, preview } from "./preview.ts";

const SERVER = (body: string, more = "") => `import { DurableObject } from "cloudflare:workers";
export class App extends DurableObject {
  runs() { const { sql } = this.ctx.storage; sql.exec("CREATE TABLE IF NOT EXISTS run (line TEXT)"); return sql.exec("SELECT line FROM run ORDER BY rowid").toArray().map(({ line }) => JSON.parse(String(line))); }
  note(value: unknown) { this.runs(); this.ctx.storage.sql.exec("INSERT INTO run VALUES (?)", JSON.stringify(value)); }
  async fetch(request: Request): Promise<Response> {
    const { storage } = this.ctx; const path = new URL(request.url).pathname;
    if (path === "/runs") return Response.json(this.runs());
    const answer = await (async () => { ${body} })();
    return Response.json(answer ?? null);
  }
  ${more}
}`;

const ALARM = `async alarm(info: any) { this.note({ info, pending: await this.ctx.storage.getAlarm() }); }`;

const appThat = (body: string, more = ALARM, files: Record<string, string> = {}): Promise<Preview> =>
  preview({ "src/server.ts": SERVER(body, more), ...files });

/** Waits for an app's runs, as many as these. */
const runsOf = (app: Preview, count: number): Promise<Record<string, unknown>[]> =>
  vi.waitUntil(
    async () => {
      const runs = JSON.parse(await app.text("/runs")) as Record<string, unknown>[];
      return runs.length >= count ? runs : null;
    },
    { timeout: 20_000, interval: 100 },
  );

/** Brings all due times forward to now. */
const comes = (app: Preview): Promise<void> =>
  runInDurableObject(appObject(app.projectId), async (instance, state) => {
    state.storage.sql.exec("UPDATE due SET next_at = 1, due_at = min(due_at, 1000) WHERE due_at IS NOT NULL");
    await instance.alarm();
  });

const messagesOf = async (app: Preview): Promise<string[]> =>
  (await app.builder.logs(app.projectId, 500)).map(({ message }) => message);

describe("an alarm of an app's object", () => {
  it("App.alarm() runs once at its time with isRetry false, and has no alarm meanwhile", async () => {
    const app = await appThat(`
      const before = await storage.getAlarm();
      const at = Date.now() + 300;
      await storage.setAlarm(at);
      return [before, (await storage.getAlarm()) === at];`);
    expect(JSON.parse(await app.text("/set"))).toEqual([null, true]);
    const [run] = await runsOf(app, 1);
    expect(run).toEqual({ info: { isRetry: false, retryCount: 0, scheduledTime: expect.any(Number) }, pending: null });
    expect(await app.builder.schedules(app.projectId, "preview")).toEqual([]);
    expect(await messagesOf(app)).toContainEqual(expect.stringMatching(/^The alarm of App ran in \d+ ms\.$/));
  });

  it("An alarm that was not awaited is stored when the app's response arrives", async () => {
    const app = await appThat(`storage.setAlarm(new Date(Date.now() + 3_600_000));`);
    await app.text("/set");
    expect(await app.builder.schedules(app.projectId, "preview")).toEqual([
      expect.objectContaining({ kind: "alarm", object: { className: "App", name: null }, attempt: 0 }),
    ]);
  });

  it("A later alarm replaces the one before, and deleteAlarm() and deleteAll() remove it", async () => {
    const app = await appThat(`
      const far = Date.now() + 3_600_000;
      await storage.setAlarm(far); await storage.setAlarm(far + 5);
      const second = (await storage.getAlarm()) === far + 5;
      await storage.deleteAlarm();
      const none = await storage.getAlarm();
      await storage.setAlarm(far); await storage.deleteAll();
      return [second, none, await storage.getAlarm()];`);
    expect(JSON.parse(await app.text("/set"))).toEqual([true, null, null]);
  });

  it("A transaction that is rolled back sets no alarm, and one that commits sets its last", async () => {
    const app = await appThat(`
      const far = Date.now() + 3_600_000;
      await storage.transaction(async (inner) => { await inner.setAlarm(far); inner.rollback(); });
      const first = await storage.getAlarm();
      await storage.transaction(async (inner) => { await inner.setAlarm(far); await inner.setAlarm(far + 1); });
      return [first, (await storage.getAlarm()) === far + 1];`);
    expect(JSON.parse(await app.text("/set"))).toEqual([null, true]);
  });

  it("An alarm that throws is tried again with a growing pause, knows it, and is given up after six retries", async () => {
    const app = await appThat(
      `await storage.setAlarm(Date.now() + 3_600_000);`,
      `async alarm(info: any) { this.note({ info }); throw new Error("not yet"); }`,
    );
    await app.text("/set");
    for (let attempt = 1; attempt <= 8; attempt += 1) await comes(app);
    const runs = await runsOf(app, 7);
    expect(runs.map(({ info }) => (info as { retryCount: number }).retryCount)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    const messages = await messagesOf(app);
    const pauses = messages.flatMap((message) => /tried again in (\d+) s/.exec(message)?.[1] ?? []);
    expect(pauses).toEqual(["2", "4", "8", "16", "32", "64"]);
    expect(messages).toContainEqual("The alarm of App failed: Error: not yet. It is not tried again.");
    expect(await app.builder.schedules(app.projectId, "preview")).toEqual([]);
  });

  it("An alarm that its handler sets again stays set when the handler ends", async () => {
    const app = await appThat(
      `await storage.setAlarm(Date.now() + 10);`,
      `async alarm() { this.note({}); if (this.runs().length < 3) await this.ctx.storage.setAlarm(Date.now()); }`,
    );
    await app.text("/set");
    expect(await runsOf(app, 3)).toHaveLength(3);
    expect(await app.builder.schedules(app.projectId, "preview")).toEqual([]);
  });

  // As Cloudflare's: findings/durable-object-alarm-again.sh.
  it.each([
    ["has set the next alarm", "await this.ctx.storage.setAlarm(Date.now() + 3_600_000);", [0]],
    ["has deleted the alarm", "await this.ctx.storage.deleteAlarm();", []],
  ])("An alarm whose handler %s and then throws is not tried again", async (_, change, pending) => {
    const app = await appThat(
      `await storage.setAlarm(Date.now() + 3_600_000);`,
      `async alarm(info: any) { this.note({ info }); ${change} throw new Error("not yet"); }`,
    );
    await app.text("/set");
    await comes(app);
    await runsOf(app, 1);
    const due = await app.builder.schedules(app.projectId, "preview");
    expect(due.map(({ attempt }) => attempt)).toEqual(pending);
    for (const { dueAt, lastOutcome } of due) {
      expect(Date.parse(dueAt)).toBeGreaterThan(Date.now() + 3_000_000);
      expect(lastOutcome).toBe("failed");
    }
    await runInDurableObject(appObject(app.projectId), (instance) => instance.alarm());
    expect(await runsOf(app, 1)).toHaveLength(1);
    expect(await messagesOf(app)).toContainEqual(
      "The alarm of App failed: Error: not yet. It is not tried again, since its handler has changed the alarm.",
    );
  });

  it("setAlarm() refuses an invalid time, and an object without a handler", async () => {
    const refusing = `const thrown = (work) => { try { work(); return null; } catch (error) { return String(error); } };`;
    const app = await appThat(
      `${refusing} return [0, -1, NaN, "x"].map((time: any) => thrown(() => storage.setAlarm(time)));`,
    );
    const all = JSON.parse(await app.text("/set")) as string[];
    expect(all.slice(0, 2)).toEqual(Array(2).fill("TypeError: setAlarm() cannot be called with an alarm time <= 0"));
    expect(all.slice(2)).toEqual(Array(2).fill("TypeError: setAlarm() takes a Date, or milliseconds since 1970."));
    const without = await appThat(`${refusing} return thrown(() => storage.setAlarm(Date.now()));`, "");
    expect(JSON.parse(await without.text("/set"))).toContain("must have an alarm() handler");
  });

  it("Each object of a bound class has an alarm of its own, which survives new code", async () => {
    const wrangler = JSON.stringify({
      main: "worker.ts",
      durable_objects: { bindings: [{ name: "ROOMS", class_name: "Room" }] },
      migrations: [{ tag: "v1", new_sqlite_classes: ["Room"] }],
    });
    const server = (mark: string) => `import { DurableObject } from "cloudflare:workers";
export class Room extends DurableObject {
  async later() { await this.ctx.storage.setAlarm(Date.now() + 3_600_000); }
  async alarm() { await this.ctx.storage.put("ran", this.ctx.id.name + "${mark}"); }
  ran() { return this.ctx.storage.get("ran"); }
}
export default { async fetch(request: Request, env: any) {
  const rooms = ["a", "b"].map((name) => env.ROOMS.getByName(name));
  if (new URL(request.url).pathname === "/set") { for (const room of rooms) await room.later(); return new Response("set"); }
  return Response.json(await Promise.all(rooms.map((room) => room.ran())));
} };`;
    const app = await preview({ "wrangler.jsonc": wrangler, "worker.ts": server("1") });
    expect(await app.text("/set")).toBe("set");
    const due = await app.builder.schedules(app.projectId, "preview");
    expect(due.map(({ object }) => object)).toEqual([
      { className: "Room", name: "a" },
      { className: "Room", name: "b" },
    ]);
    await app.write({ "wrangler.jsonc": wrangler, "worker.ts": server("2") });
    await app.text("/look");
    await comes(app);
    expect(JSON.parse(await app.text("/look"))).toEqual(["a2", "b2"]);
  });

  it("An attempt that a crash interrupted is repeated with isRetry true", async () => {
    const app = await appThat(`await storage.setAlarm(Date.now() + 3_600_000);`);
    await app.text("/set");
    await runInDurableObject(appObject(app.projectId), async (instance, state) => {
      state.storage.sql.exec("UPDATE due SET attempt = 1, leased = 1, next_at = ?", Date.now() + 40_000);
      await instance.alarm();
    });
    expect(await runsOf(app, 1)).toEqual([
      expect.objectContaining({ info: expect.objectContaining({ isRetry: true, retryCount: 1 }) }),
    ]);
  });

  it("An alarm of a preview stays due while nobody has visited it for a day, and runs at the next visit", async () => {
    const app = await appThat(`if (path === "/set") await storage.setAlarm(Date.now() + 3_600_000);`);
    await app.text("/set");
    await runInDurableObject(appObject(app.projectId), (_, { storage }) => {
      storage.kv.put("lastVisit", { at: Date.now() - 25 * 3_600_000, revision: 1 });
    });
    await comes(app);
    expect(await app.builder.schedules(app.projectId, "preview")).toHaveLength(1);
    await app.text("/look");
    expect(await runsOf(app, 1)).toHaveLength(1);
  });

  it("A visitor cannot call an alarm by its header, nor does the app see the platform's binding", async () => {
    const app = await appThat(
      `return [[...request.headers.keys()].filter((name) => name.startsWith("x-edgesmith")), Object.keys(this.env)];`,
    );
    const headers = { "x-edgesmith-alarm": "{}", "x-edgesmith-scheduled": "{}", "x-edgesmith-visitor": "me" };
    const answer = await (await app.get("/x", { headers })).json();
    expect(answer).toEqual([[], expect.not.arrayContaining(["EDGESMITH_SERVICES"])]);
    expect(JSON.parse(await app.text("/runs"))).toEqual([]);
  });
});

describe("a cron of an app", () => {
  const noting = `export default { async scheduled(controller: any, env: any, ctx: any) {
    ctx.waitUntil(Promise.resolve());
    console.log("cron " + JSON.stringify(controller));
    if (controller.cron === "0 1 * * *") throw new Error("no");
  } };`;
  const app = (crons: string[], more = "") =>
    preview({ "src/server.ts": SERVER("", more) + noting, "edgesmith.json": JSON.stringify({ crons }) });

  it("`crons` of edgesmith.json call scheduled() of the default export, with the due time and the attempt", async () => {
    const made = await app(["*/5 * * * *"]);
    await made.text("/look");
    const [due] = await made.builder.schedules(made.projectId, "preview");
    expect(due).toMatchObject({ kind: "cron", cron: "*/5 * * * *", object: null, lastOutcome: null });
    await comes(made);
    const line = await vi.waitUntil(async () => (await messagesOf(made)).find((text) => text.startsWith("cron {")));
    expect(JSON.parse(line.slice(5))).toEqual({
      type: "scheduled",
      cron: "*/5 * * * *",
      scheduledTime: 1_000,
      attempt: 1,
    });
    const [next] = await made.builder.schedules(made.projectId, "preview");
    expect(Date.parse(next?.dueAt ?? "")).toBeGreaterThan(Date.now());
    expect(next).toMatchObject({ lastOutcome: "ok", attempt: 0 });
  });

  it("A cron that throws is logged and not repeated before its next time", async () => {
    const made = await app(["0 1 * * *"]);
    await made.text("/look");
    await comes(made);
    expect(await messagesOf(made)).toContainEqual('The cron "0 1 * * *" failed: Error: no.');
    const [next] = await made.builder.schedules(made.projectId, "preview");
    expect(next).toMatchObject({ lastOutcome: "failed", attempt: 0 });
  });

  it("Where only App has scheduled(), it gets the crons, with its database", async () => {
    const made = await preview({
      "src/server.ts": SERVER("", "async scheduled(controller: any) { this.note(controller.cron); }"),
      "wrangler.toml": 'name = "x"\n[triggers]\ncrons = ["0 9 * * MON-FRI"]\n',
    });
    await made.text("/look");
    await comes(made);
    expect(await runsOf(made, 1)).toEqual(["0 9 * * MON-FRI"]);
  });

  it("New code replaces the crons, and a cron that stays keeps its due time", async () => {
    const files = (crons: string[]) => ({
      "src/server.ts": SERVER("") + noting,
      "edgesmith.json": JSON.stringify({ crons }),
    });
    const made = await preview(files(["0 2 * * *", "0 3 * * *"]));
    await made.text("/look");
    const before = await made.builder.schedules(made.projectId, "preview");
    await made.write(files(["0 3 * * *", "0 4 * * *"]));
    await made.text("/look");
    const after = await made.builder.schedules(made.projectId, "preview");
    expect(after.map(({ cron }) => cron).sort()).toEqual(["0 3 * * *", "0 4 * * *"]);
    expect(after).toContainEqual(before.find(({ cron }) => cron === "0 3 * * *"));
  });

  it("An invalid cron is an error of the build at its place", async () => {
    const made = await preview({
      "src/server.ts": SERVER("") + noting,
      "edgesmith.json": '{\n  "crons": ["0 0 * * 0"]\n}',
    });
    expect(await made.prepare()).toMatchObject({
      ok: false,
      diagnostics: [{ path: "edgesmith.json", line: 2, message: expect.stringContaining("weekday must be 1") }],
    });
  });

  it("A published app runs its crons without a visit, and stops when it is no longer public", async () => {
    const made = await app(["0 5 * * *"]);
    await made.publish(1);
    expect(await made.builder.schedules(made.projectId, "public")).toHaveLength(1);
    const published = environment.PUBLIC_APPS.getByName(made.projectId);
    await runInDurableObject(published, async (instance, { storage }) => {
      storage.sql.exec("UPDATE due SET next_at = 1, due_at = 1000");
      await instance.alarm();
    });
    const said = async () => (await made.builder.publishedLogs(made.projectId, 100)).map(({ message }) => message);
    await vi.waitUntil(async () => (await said()).some((message) => message.includes("ran in")));
    await made.builder.unpublish(made.projectId, 2);
    await runInDurableObject(published, async (instance, { storage }) => {
      storage.sql.exec("UPDATE due SET next_at = 1, due_at = 1000");
      await instance.alarm();
      expect(await storage.getAlarm()).toBeNull();
    });
    expect((await said()).filter((message) => message.includes("ran in"))).toHaveLength(1);
  });
});

describe("a run by hand", () => {
  const rowOf = async (app: Preview) => (await app.builder.schedules(app.projectId, "preview"))[0];
  const ended = { startedAt: expect.any(String), outcome: "ok", ms: expect.any(Number), error: null };

  it("A run by hand calls the alarm at once, tells it so, is marked in list and log, and keeps the due time", async () => {
    const app = await appThat(`await storage.setAlarm(Date.now() + 3_600_000);`);
    await app.text("/set");
    const before = await rowOf(app);
    expect(await app.builder.runSchedule(app.projectId, "preview", before?.id ?? "")).toEqual(ended);
    const [run] = await runsOf(app, 1);
    expect(run).toMatchObject({ info: { isRetry: false, retryCount: 0, byHand: true }, pending: expect.any(Number) });
    const lastAt = expect.any(String);
    expect(await rowOf(app)).toEqual({ ...before, lastAt, lastOutcome: "ok", lastByHand: true });
    expect(await messagesOf(app)).toContainEqual(
      expect.stringMatching(/^The alarm of App was run by hand in \d+ ms\.$/),
    );
    await comes(app);
    expect(await runsOf(app, 2)).toHaveLength(2);
  });

  it("A run by hand of a cron that throws says why, and the next run in its own time is not by hand", async () => {
    const app = await preview({
      "src/server.ts": SERVER(
        "",
        `async scheduled({ byHand }: any) { if (byHand) throw new Error("no"); this.note(1); }`,
      ),
      "edgesmith.json": JSON.stringify({ crons: ["0 1 * * *"] }),
    });
    await app.text("/look");
    const before = await rowOf(app);
    const run = await app.builder.runSchedule(app.projectId, "preview", before?.id ?? "");
    expect(run).toMatchObject({ outcome: "failed", error: "Error: no" });
    expect(await rowOf(app)).toMatchObject({ dueAt: before?.dueAt, lastOutcome: "failed", lastByHand: true });
    await comes(app);
    expect(await runsOf(app, 1)).toEqual([1]);
    expect(await rowOf(app)).toMatchObject({ lastOutcome: "ok", lastByHand: false });
  });

  it("A run by hand is one at a time with the due run of the same handler, which waits for its end", async () => {
    const waiting = `async scheduled({ byHand }: any) {
      this.note(byHand ? "hand" : "due");
      while (byHand && (await this.ctx.storage.get("go")) !== true) await scheduler.wait(20);
      this.note("end");
    }`;
    const app = await preview({
      "src/server.ts": SERVER(`if (path === "/go") await storage.put("go", true);`, waiting),
      "edgesmith.json": JSON.stringify({ crons: ["0 1 * * *"] }),
    });
    await app.text("/look");
    const id = (await rowOf(app))?.id ?? "";
    const running = app.builder.runSchedule(app.projectId, "preview", id);
    await runsOf(app, 1);
    expect(await app.builder.runSchedule(app.projectId, "preview", id)).toEqual({ problem: "running" });
    await comes(app);
    expect(await runsOf(app, 1)).toEqual(["hand"]);
    await app.text("/go");
    expect(await running).toEqual(ended);
    expect(await runsOf(app, 4)).toEqual(["hand", "end", "due", "end"]);
  });

  it("A run by hand of an unknown id, or in an app that does not run, is refused with the reason", async () => {
    const app = await appThat(`await storage.setAlarm(Date.now() + 3_600_000);`);
    await app.text("/set");
    const id = (await rowOf(app))?.id ?? "";
    expect(await app.builder.runSchedule(app.projectId, "preview", "sch_x")).toEqual({ problem: "absent" });
    expect(await app.builder.runSchedule(app.projectId, "public", id)).toEqual({ problem: "absent" });
    await runInDurableObject(appObject(app.projectId), (_, { storage }) => {
      storage.kv.put("lastVisit", { at: Date.now() - 25 * 3_600_000, revision: 1 });
    });
    expect(await app.builder.runSchedule(app.projectId, "preview", id)).toEqual({ problem: "stopped" });
  });
});

describe("work after the response", () => {
  it("ctx.waitUntil() of a handler and of App goes on after the response", async () => {
    const made = await appThat(`
      this.ctx.waitUntil((async () => { await new Promise((done) => setTimeout(done, 300)); this.note("after"); })());`);
    await made.text("/set");
    expect(await runsOf(made, 1)).toEqual(["after"]);
    const plain = await preview({
      "src/server.ts": `export default { fetch(request: Request, env: unknown, ctx: any) {
        ctx.waitUntil(new Promise((done) => setTimeout(done, 300)).then(() => console.log("later")));
        return new Response("now");
      } };`,
    });
    expect(await plain.text("/x")).toBe("now");
    await vi.waitUntil(async () => (await messagesOf(plain)).includes("later"), { timeout: 5_000 });
  });
});
