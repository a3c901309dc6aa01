// Kills the preview runtime while an app writes to its D1 database and its KV namespace.
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { signal } from "../../dev/processes.ts";
import { batchResult, preview } from "../../worker/contract/index.ts";
import { type Caller, newCaller, newProject } from "../stage/caller.ts";
import { openTestStack, type TestStack } from "../stage/stack.ts";
import { until } from "../stage/until.ts";
import { enter, visit } from "./preview-request.ts";
import { randomOf, roundsOf, seedOf } from "./random.ts";

const rounds = roundsOf(8);
const random = randomOf(seedOf("stores"));
const MOST_MS = 400;

/**
 * A quarter of the values is too large for a single row. More of them would fill the app's storage on a fast machine.
 */
const FILES = {
  "wrangler.jsonc": JSON.stringify({
    main: "worker.ts",
    d1_databases: [{ binding: "DB", database_name: "db", database_id: "any" }],
    kv_namespaces: [{ binding: "KV", id: "any" }],
  }),
  "migrations/0001_item.sql": "CREATE TABLE item (n INTEGER PRIMARY KEY);\nCREATE TABLE twin (n INTEGER PRIMARY KEY);",
  "worker.ts": `export default { async fetch(request: Request, env: any) {
  const { pathname } = new URL(request.url);
  if (pathname === "/write") {
    const { n } = await request.json() as { n: number };
    await env.DB.batch([env.DB.prepare("INSERT INTO item VALUES (?)").bind(n), env.DB.prepare("INSERT INTO twin VALUES (?)").bind(n)]);
    await env.KV.put("item:" + String(n).padStart(6, "0"), "x".repeat((n % 4 === 0 ? 2_000_000 : 0) + n));
    return new Response("written");
  }
  const numbers = (table: string) => env.DB.prepare("SELECT n FROM " + table + " ORDER BY n").raw().then((rows: number[][]) => rows.flat());
  const { keys } = await env.KV.list();
  const lengths = [];
  for (const { name } of keys) lengths.push((await env.KV.get(name)).length % 2_000_000);
  const migrations = await env.DB.prepare("SELECT count(*) AS n FROM d1_migrations").first("n");
  return Response.json({ items: await numbers("item"), twins: await numbers("twin"), lengths, migrations });
} };`,
};

let testStack: TestStack;
let caller: Caller;
/** The API's runtime starts last, once the other runtimes have an address. */
let apiRuntime: number;

beforeAll(async () => {
  testStack = await openTestStack();
  caller = await newCaller(testStack.stack);
  apiRuntime = Math.max(...testStack.stack.workerd());
});

afterAll(() => testStack.close());

it("An app loses no write that its D1 database or KV namespace acknowledged when the runtime is killed, and finds none in part", async () => {
  const projectId = await newProject(caller);
  const operations = Object.entries(FILES).map(([path, content]) => ({ op: "create", path, content }));
  await caller.expect(batchResult, 201, `/v1/projects/${projectId}/batches`, { body: { operations } });
  const { url } = await caller.expect(preview, 201, `/v1/projects/${projectId}/preview`, { body: {} });
  const cookie = await enter(url);
  const at = (path: string) => new URL(path, url).href;
  const acknowledged: number[] = [];
  let n = 0;
  const write = async (): Promise<boolean> => {
    n += 1;
    const written = n;
    const { status } = await visit(at("/write"), { body: { n: written }, cookie }).catch(() => ({ status: 0 }));
    if (status === 200) acknowledged.push(written);
    return status === 200;
  };
  for (let round = 0; round < rounds; round += 1) {
    await until("the app writes again", 60_000, write);
    const killAt = performance.now() + random.next() * MOST_MS;
    const killing = pause(Math.max(0, killAt - performance.now())).then(() => {
      for (const pid of testStack.stack.workerd()) if (pid !== apiRuntime) signal(pid, "SIGKILL");
    });
    while (await write());
    await killing;
  }
  await until("the app writes again", 60_000, write);
  const { items, twins, lengths, migrations } = JSON.parse((await visit(at("/read"), { cookie })).text);
  expect(acknowledged.length).toBeGreaterThan(rounds);
  expect(items).toEqual(expect.arrayContaining(acknowledged));
  expect(twins).toEqual(items);
  expect(lengths).toEqual(expect.arrayContaining(acknowledged));
  expect(items).toEqual(expect.arrayContaining(lengths));
  expect(migrations).toBe(1);
  const emptied = await caller.request(`/v1/projects/${projectId}/preview/data`, { method: "DELETE" });
  expect(emptied.status).toBe(204);
  expect(JSON.parse((await visit(at("/read"), { cookie })).text)).toEqual({
    items: [],
    twins: [],
    lengths: [],
    migrations: 1,
  });
});
