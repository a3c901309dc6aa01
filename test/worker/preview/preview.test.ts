import { describe, expect, it } from "vitest";
import type { BuildSummary, Preview } from "../../../worker/contract/index.ts";
import { type Account, newAccount } from "../stage/client.ts";

async function withApp(files: Record<string, string>): Promise<{ ada: Account; at: string; id: string }> {
  const ada = await newAccount();
  const { id } = await ada.expect<{ id: string }>(201, "/v1/projects", { body: { name: "App" } });
  const at = `/v1/projects/${id}`;
  const operations = Object.entries(files).map(([path, content]) => ({ op: "create", path, content }));
  await ada.expect(201, `${at}/batches`, { body: { operations } });
  return { ada, at, id };
}

const app = {
  "index.html": '<!doctype html><h1>Hello</h1><script type="module" src="/src/main.ts"></script>\n',
  "src/main.ts": "document.title = 'Hello';\n",
};

describe("POST /preview", () => {
  it("POST /preview builds the head and returns a short-lived URL on the project's own origin", async () => {
    const { ada, at, id } = await withApp(app);
    const before = Date.now();
    const preview = await ada.expect<Preview>(201, `${at}/preview`, { body: {} });
    expect(preview).toMatchObject({ revision: 1, build: { ok: true, diagnostics: [] } });
    expect(new URL(preview.url).host).toBe(`${id.replace("_", "-")}.localhost:8788`);
    const lasts = Date.parse(preview.expiresAt) - before;
    expect(lasts).toBeGreaterThan(60_000);
    expect(lasts).toBeLessThanOrEqual(600_000);
  });

  it("POST /preview uses the head without a body, and the named revision with one", async () => {
    const { ada, at } = await withApp(app);
    await ada.expect(201, `${at}/batches`, { body: { operations: [{ op: "create", path: "b.txt", content: "b" }] } });
    expect(await ada.expect(201, `${at}/preview`, { method: "POST" })).toMatchObject({ revision: 2 });
    expect(await ada.expect(201, `${at}/preview`, { body: { revision: 1 } })).toMatchObject({ revision: 1 });
  });

  it("POST /preview returns 201 with the diagnostics when the app does not build", async () => {
    const { ada, at } = await withApp({ ...app, "src/main.ts": "const = ;\n" });
    const { build } = await ada.expect<Preview>(201, `${at}/preview`, { body: {} });
    expect(build.ok).toBe(false);
    expect(build.diagnostics).toContainEqual(
      expect.objectContaining({ path: "src/main.ts", line: 1, severity: "error", message: expect.any(String) }),
    );
  });

  it("POST /preview refuses a missing and an invalid revision", async () => {
    const { ada, at } = await withApp(app);
    expect((await ada.problem(404, `${at}/preview`, { body: { revision: 2 } })).code).toBe("not_found");
    for (const revision of [-1, 1.5, "1", null]) {
      const problem = await ada.problem(422, `${at}/preview`, { body: { revision } });
      expect(problem.errors).toMatchObject([{ pointer: "/revision" }]);
    }
  });
});

describe("GET /build", () => {
  it("GET /build describes every revision, built before or not", async () => {
    const { ada, at } = await withApp(app);
    await ada.expect(201, `${at}/batches`, {
      body: { operations: [{ op: "write", path: "src/main.ts", content: "(" }] },
    });
    const build = await ada.expect<BuildSummary>(200, `${at}/builds/1`);
    expect(build).toMatchObject({ revision: 1, mode: "development", ok: true, diagnostics: [] });
    expect(build.assets.map(({ kind }) => kind).sort()).toEqual(["page", "script"]);
    expect(build.totals.scripts.bytes).toBeGreaterThan(0);
    const broken = await ada.expect<BuildSummary>(200, `${at}/builds/2`);
    expect(broken).toMatchObject({ revision: 2, ok: false, assets: [], diagnostics: [{ path: "src/main.ts" }] });
  });

  it("GET /build returns 404 for a missing and an invalid revision", async () => {
    const { ada, at } = await withApp(app);
    for (const revision of ["2", "-1", "1.5", "head"])
      expect((await ada.problem(404, `${at}/builds/${revision}`)).detail).toBe("Revision not found.");
  });
});

describe("a preview's log and data", () => {
  it("a preview's owner reads its log and clears its data", async () => {
    const { ada, at } = await withApp(app);
    await ada.expect(201, `${at}/preview`, { body: {} });
    const { data } = await ada.expect<{ data: unknown[] }>(200, `${at}/preview/logs`);
    expect(Array.isArray(data)).toBe(true);
    const refused = async (query: string) => (await ada.problem(400, `${at}/preview/logs?${query}`)).code;
    expect(await refused("limit=0")).toBe("invalid_limit");
    expect(await refused("cursor=x")).toBe("invalid_cursor");
    await ada.expect(204, `${at}/preview/data`, { method: "DELETE" });
  });
});
