// The bounds of what one app, and one visitor of it, can use of the platform: each would grow without end otherwise.
import { runInDurableObject } from "cloudflare:test";
import { afterEach, describe, expect, it, vi } from "vitest";
import { FileLedger } from "../../preview/files/file-ledger.ts";
import { AppPeople } from "../../preview/people/app-people.ts";
import type { ServerCode } from "../../preview/project/server.ts";
import { VisitorUse } from "../../preview/services/visitor-use.ts";
import { AppClock } from "../../preview/time/app-clock.ts";
import type { DataOperation, DataSnapshot } from "../../worker/contract/data-rpc.ts";
import { appObject, preview } from "./preview.ts";

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const noon = Date.parse("2026-11-28T12:00:00Z");

/** Runs with the storage of a new app's object. */
const withStorage = <T>(work: (storage: DurableObjectStorage) => T | Promise<T>): Promise<T> =>
  runInDurableObject(appObject(`prj_${crypto.randomUUID().slice(0, 8)}`), (_, { storage }) => work(storage));

afterEach(() => {
  vi.useRealTimers();
});

describe("what one visitor may cause", () => {
  it.each([
    ["message", 100],
    ["confirmation", 5],
  ] as const)("A visitor may cause so many of the kind %s a day, and as many the next day", async (action, perDay) => {
    const taken = await withStorage((storage) => {
      const use = new VisitorUse(storage);
      const from = (start: number) =>
        Array.from({ length: perDay + 3 }, (_, n) => use.take(action, "ada", start + n * minuteMs)).filter(
          (refusal) => refusal === null,
        ).length;
      return [from(noon), use.take(action, "bo", noon), from(noon + dayMs)];
    });
    expect(taken).toEqual([perDay, null, perDay]);
  });

  it("An app that invents visitors without end is refused after so many a day", async () => {
    const refusal = await withStorage((storage) => {
      const use = new VisitorUse(storage);
      storage.sql.exec(
        `INSERT INTO visitor_use SELECT 'message', value, '2026-11-28', 1, 0, 1 FROM (WITH RECURSIVE n (value) AS
         (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < 20000) SELECT value FROM n)`,
      );
      return use.take("message", "one more", noon);
    });
    expect(refusal).toContain("20000 visitors a day");
  });
});

describe("the people of one app", () => {
  const people = (storage: DurableObjectStorage) =>
    new AppPeople(storage, {
      isServed: () => true,
      endSockets: () => {},
      settings: { signInProviders: async () => [] },
    });

  it("An app mails 200 sign-in links a day, and then none until the next day", async () => {
    const begun = await withStorage((storage) => {
      const app = people(storage);
      const from = (start: number) =>
        Array.from({ length: 205 }, (_, n) =>
          app.beginLink({ email: `${start}.${n}@example.com`, network: null }, start),
        ).filter((one) => typeof one === "object").length;
      return [from(noon), from(noon + 2 * dayMs)];
    });
    expect(begun).toEqual([200, 200]);
  });

  it("An app has 10,000 people at most: another one neither signs in nor can be invited", async () => {
    const answers = await withStorage((storage) => {
      const app = people(storage);
      const begun = app.beginLink({ email: "late@example.com", network: null }, noon);
      storage.sql.exec(
        `INSERT INTO person (id, email, name, roles, created_at) SELECT 'per_' || value, value || '@example.com', '', '[]', 0 FROM
         (WITH RECURSIVE n (value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < 10000) SELECT value FROM n)`,
      );
      if (typeof begun !== "object") throw new Error("no link was made");
      const invited = app.invite({ email: "later@example.com", name: "", roles: [] }, noon);
      return [app.redeemLink(begun.token, noon), invited];
    });
    expect(answers).toEqual([null, null]);
  });

  it("A person has 20 sessions at most, of which the oldest end", async () => {
    const left = await withStorage((storage) => {
      const app = people(storage);
      const sessions = Array.from({ length: 22 }, (_, n) => {
        const begun = app.beginLink({ email: "ada@example.com", network: null }, noon + n * 60 * minuteMs);
        if (typeof begun !== "object") throw new Error("no link was made");
        return app.redeemLink(begun.token, noon + n * 60 * minuteMs);
      });
      return sessions.map((session) => app.user(session, noon + 22 * 60 * minuteMs) !== null);
    });
    expect(left).toEqual([false, false, ...Array.from({ length: 20 }, () => true)]);
  });
});

describe("what one app stores", () => {
  it("An app has 10,000 files at most, and may still replace those it has", async () => {
    const answers = await withStorage(async (storage) => {
      const ledger = new FileLedger(storage, async () => null);
      storage.sql.exec(
        `INSERT INTO app_file (key) SELECT 'f' || value FROM
         (WITH RECURSIVE n (value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < 10000) SELECT value FROM n)`,
      );
      const reserve = (key: string) => ledger.reserve(key, 1).then(() => "reserved", String);
      return [await reserve("more"), await reserve("f7")];
    });
    expect(answers).toEqual(["Error: The app has 10000 files, and may not have more.", "reserved"]);
  });

  it("An app keeps 20 data snapshots at most, of which those that nobody asked for go first", async () => {
    const server = (mark: string) => ({
      "src/server.ts": `import { DurableObject } from "cloudflare:workers";
export class App extends DurableObject { fetch() { this.ctx.storage.sql.exec("CREATE TABLE IF NOT EXISTS a (b)"); return new Response("${mark}"); } }`,
    });
    const app = await preview(server("one"));
    await app.text("/");
    const ask = async (operation: DataOperation) => {
      const answer = await app.builder.data(app.projectId, "preview", operation);
      if ("fault" in answer) throw new Error(`${answer.fault}: ${answer.detail}`);
      return answer.value;
    };
    await ask({ kind: "snapshot" });
    await app.write(server("two"));
    expect(await app.text("/")).toBe("two");
    const list = async () => (await ask({ kind: "snapshots" })) as DataSnapshot[];
    expect((await list()).map(({ reason }) => reason)).toEqual(["revision", "requested"]);
    for (let n = 0; n < 19; n += 1) await ask({ kind: "snapshot" });
    const kept = await list();
    expect(kept.filter(({ reason }) => reason !== "requested")).toEqual([]);
    expect(kept).toHaveLength(20);
  });
});

describe("the schedules of one app", () => {
  const server: ServerCode = { id: "1", hasApp: true, script: "", sourceMap: "" };

  it("A sixth cron is an error of the build at its place", async () => {
    const crons = Array.from({ length: 6 }, (_, hour) => `0 ${hour} * * *`);
    const app = await preview({
      "src/server.ts": "export default { fetch: () => new Response(), scheduled() {} };",
      "edgesmith.json": JSON.stringify({ crons }, null, 2),
    });
    expect(await app.prepare()).toMatchObject({
      ok: false,
      diagnostics: [{ path: "edgesmith.json", message: "An app may have 5 cron expressions." }],
    });
  });

  it("An alarm that sets itself for now runs once a second at most", async () => {
    const gap = await withStorage(async (storage) => {
      const clock: AppClock = new AppClock({
        storage,
        code: () => server,
        alarm: () => clock.setAlarm(null, Date.now()),
        scheduled: async () => {},
        log: () => {},
      });
      await clock.setAlarm(null, Date.now());
      await clock.run();
      const [row] = storage.sql.exec<{ gap: number }>("SELECT next_at - last_at AS gap FROM due").toArray();
      return row?.gap;
    });
    expect(gap).toBeGreaterThanOrEqual(1_000);
  });

  it("A handler that never ends counts as failed after 30 seconds", async () => {
    const lines: string[] = [];
    await withStorage(async (storage) => {
      vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
      const clock = new AppClock({
        storage,
        code: () => server,
        alarm: () => new Promise(() => {}),
        scheduled: async () => {},
        log: ({ message }) => lines.push(message),
      });
      await clock.setAlarm(null, Date.now());
      const running = clock.run();
      await vi.advanceTimersByTimeAsync(29_000);
      expect(lines).toEqual([]);
      await vi.advanceTimersByTimeAsync(1_000);
      await running;
    });
    expect(lines).toEqual([expect.stringMatching(/^The alarm of App failed: .*It is tried again in 2 s\.$/)]);
  });
});
