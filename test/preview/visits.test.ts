import { runInDurableObject } from "cloudflare:test";
import { describe, expect, it, vi } from "vitest";
import type { VisitDay } from "../../worker/contract/visit-rpc.ts";
import { environment, type Preview, preview } from "./preview.ts";

const today = () => new Date().toISOString().slice(0, 10);
const browser = { headers: { Accept: "text/html,*/*", "Sec-Fetch-Mode": "navigate" } };

/** An app with a page, a file, and a server that answers, fails or throws. */
async function published(): Promise<Preview> {
  const app = await preview({
    "index.html": "<!doctype html><head></head><h1>Hello</h1>",
    "notes.txt": "notes",
    "src/server.ts": `import { DurableObject } from "cloudflare:workers";
export class App extends DurableObject {
  async fetch(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname === "/throws") throw new Error("no");
    return new Response(pathname, { status: pathname === "/fails" ? 503 : 200 });
  }
}`,
  });
  expect(await app.publish(1)).toMatchObject({ ok: true });
  return app;
}

async function visit(app: Preview, path: string, init: RequestInit = {}): Promise<number> {
  const response = await app.asPublic(path, init);
  await response.text();
  return response.status;
}

const visitsOf = (app: Preview, from = today(), to = today()): Promise<VisitDay[]> =>
  app.builder.visits(app.projectId, from, to);

/** What the app's object has stored, without a read of the owner's; null where it has no table for it. */
const stored = (app: Preview): Promise<unknown[] | null> =>
  runInDurableObject(environment.PUBLIC_APPS.getByName(app.projectId), (_, { storage: { sql } }) => {
    const tables = sql.exec("SELECT name FROM sqlite_master WHERE name = 'visit_day'").toArray();
    return tables.length === 0 ? null : sql.exec("SELECT visits, requests, errors FROM visit_day").toArray();
  });

describe("the visits of a published app", () => {
  it("the visits of a day count opened pages, all requests, errors and how long responses took", async () => {
    const app = await published();
    for (const path of ["/", "/notes.txt", "/api"]) expect(await visit(app, path)).toBe(200);
    expect(await visit(app, "/", browser)).toBe(200);
    expect(await visit(app, "/fails")).toBe(503);
    expect(await visit(app, "/throws", browser)).toBe(500);
    const [day, ...others] = await visitsOf(app);
    expect(others).toEqual([]);
    expect(day).toMatchObject({ day: today(), visits: 2, requests: 6, errors: 2 });
    expect(day?.p50Ms).toBeGreaterThan(0);
    expect(day?.p95Ms).toBeGreaterThanOrEqual(day?.p50Ms ?? Number.POSITIVE_INFINITY);
  });

  it("the visits are stored without anybody reading them, and later ones are added", async () => {
    const app = await published();
    await visit(app, "/", browser);
    await vi.waitFor(async () => expect(await stored(app)).toEqual([{ visits: 1, requests: 1, errors: 0 }]), 30_000);
    await visit(app, "/fails");
    expect(await visitsOf(app)).toMatchObject([{ visits: 1, requests: 2, errors: 1 }]);
  });

  it("the visits of days outside the asked period are left out", async () => {
    const app = await published();
    await visit(app, "/");
    expect(await visitsOf(app, "2026-01-01", "2026-01-31")).toEqual([]);
  });

  it("the visits of an app that only invited people may use do not count who is refused", async () => {
    const app = await published();
    await app.owner.setVisitorAccess(app.projectId, "invited");
    expect(await visit(app, "/api")).not.toBe(200);
    expect(await visitsOf(app)).toEqual([]);
  });

  it("the visits of a project that was never published store nothing, whoever asks for its address", async () => {
    const app = await preview({ "index.html": "<h1>Mine</h1>" });
    expect(await visit(app, "/", browser)).toBe(404);
    expect(await visitsOf(app)).toEqual([]);
    expect(await stored(app)).toBeNull();
  });

  it("the visits stay while an app is offline, and end with its project", async () => {
    const app = await published();
    await visit(app, "/", browser);
    await app.builder.unpublish(app.projectId, 2);
    expect(await visitsOf(app)).toMatchObject([{ visits: 1 }]);
    await app.delete();
    expect(await visitsOf(app)).toEqual([]);
    expect(await stored(app)).toBeNull();
  });
});
