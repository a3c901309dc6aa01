import { runInDurableObject } from "cloudflare:test";
import { expect, it } from "vitest";
import { BuildAttempts } from "../../preview/app/build-attempts.ts";
import { BuildStore } from "../../preview/app/build-store.ts";
import { appObject, preview } from "./preview.ts";

it("a build names path, line and column of a syntax error, in the report and on the page", async () => {
  const app = await preview({
    "index.html": '<script type="module" src="./src/main.ts"></script>',
    "src/main.ts": 'import { x } from "./x";\nx();',
    "src/x.ts": "export const x = () => {\n  return 1 +;\n};",
  });
  const { ok, diagnostics } = await app.prepare();
  expect(ok).toBe(false);
  expect(diagnostics).toEqual([
    { path: "src/x.ts", line: 2, column: 13, severity: "error", message: 'Unexpected ";"' },
  ]);
  const page = await app.page("/");
  expect(page.status).toBe(500);
  expect(await page.text()).toContain("src/x.ts:2:13");
  expect((await app.builder.logs(app.projectId, 10))[0]).toMatchObject({ source: "build", path: "src/x.ts", line: 2 });
});

it("a build reports a package that is missing from package.json", async () => {
  const app = await preview({
    "index.html": '<script type="module" src="/m.ts"></script>',
    "m.ts": '\nimport "left-pad";',
  });
  const { diagnostics } = await app.prepare();
  expect(diagnostics[0]).toMatchObject({ path: "m.ts", line: 2, column: 8 });
  expect(diagnostics[0]?.message).toContain('"left-pad"');
});

it("a build reports the missing parts of a project without a page or a server", async () => {
  const empty = await preview({});
  expect((await empty.prepare()).diagnostics[0]?.message).toContain("no files yet");
  expect((await empty.page("/")).headers.get("Content-Type")).toContain("text/html");
  const noPage = await preview({ "notes.md": "x" });
  expect((await noPage.prepare()).diagnostics[0]?.message).toContain("index.html");
});

it("a failed build's page escapes the source that a diagnostic quotes", async () => {
  const app = await preview({
    "index.html": '<script type="module" src="/m.ts"></script>',
    "m.ts": 'import "<img src=x>";',
  });
  const page = await (await app.page("/")).text();
  expect(page).not.toContain("<img");
});

it("a revision is built once for concurrent callers", async () => {
  const app = await preview({
    "index.html": '<script type="module" src="/m.ts"></script>',
    "m.ts": "export const a = 1;",
  });
  const answers = await Promise.all(Array.from({ length: 50 }, () => app.page("/")));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  expect(await app.reads()).toBe(1);
});

it("several projects build at the same time", async () => {
  const apps = await Promise.all(
    Array.from({ length: 8 }, (_, n) =>
      preview({ "index.html": '<script type="module" src="/m.ts"></script>', "m.ts": `export const a = ${n};` }),
    ),
  );
  const reports = await Promise.all(apps.map((app) => app.prepare()));
  expect(reports.every(({ ok }) => ok)).toBe(true);
});

it("a build that was lost twice is stopped until the next revision", async () => {
  const app = await preview({ "index.html": "<h1>One</h1>" });
  // State of two isolates that were stopped during a build.
  await runInDurableObject(appObject(app.projectId), async (_, { storage }) => {
    const lost = new BuildAttempts(storage);
    expect([await lost.begin(1), await lost.begin(1)]).toEqual([true, true]);
  });
  expect(await app.prepare()).toMatchObject({
    ok: false,
    diagnostics: [{ severity: "error", message: expect.stringContaining("The build was stopped") }],
  });
  expect((await app.page("/")).status).toBe(500);
  await app.write({ "index.html": "<h1>Two</h1>" });
  expect(await app.prepare()).toEqual({ ok: true, diagnostics: [] });
  await runInDurableObject(appObject(app.projectId), async (_, { storage }) => {
    expect(storage.kv.get("build-attempts")).toBeUndefined();
  });
});

it("a stored build of the epoch before a restore of the database is not used again", async () => {
  const app = await preview({ "index.html": "<h1>One</h1>" });
  expect(await app.prepare()).toMatchObject({ ok: true });
  await runInDurableObject(appObject(app.projectId), async (_, { storage }) => {
    const stored = new BuildStore(storage, "1");
    expect(stored.get(1)).toMatchObject({ revision: 1 });
    const afterRestore = new BuildStore(storage, "2");
    expect(afterRestore.get(1)).toBeNull();
    // A published app keeps the files that it was published with.
    expect(afterRestore.get(1, null)).toMatchObject({ revision: 1 });
  });
});
