import { runInDurableObject } from "cloudflare:test";
import { expect, it } from "vitest";
import { BuildAttempts } from "../../preview/app/build-attempts.ts";
import { appObject, preview } from "./preview.ts";

it("names path, line and column of what does not parse, in the report and on the page", async () => {
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

it("says that a package is missing from package.json", async () => {
  const app = await preview({
    "index.html": '<script type="module" src="/m.ts"></script>',
    "m.ts": '\nimport "left-pad";',
  });
  const { diagnostics } = await app.prepare();
  expect(diagnostics[0]).toMatchObject({ path: "m.ts", line: 2, column: 8 });
  expect(diagnostics[0]?.message).toContain('"left-pad"');
});

it("says what is missing of a project that has nothing to show", async () => {
  const empty = await preview({});
  expect((await empty.prepare()).diagnostics[0]?.message).toContain("no files yet");
  expect((await empty.page("/")).headers.get("Content-Type")).toContain("text/html");
  const noPage = await preview({ "notes.md": "x" });
  expect((await noPage.prepare()).diagnostics[0]?.message).toContain("index.html");
});

it("escapes what a diagnostic quotes", async () => {
  const app = await preview({
    "index.html": '<script type="module" src="/m.ts"></script>',
    "m.ts": 'import "<img src=x>";',
  });
  const page = await (await app.page("/")).text();
  expect(page).not.toContain("<img");
});

it("builds once, however many ask at the same time", async () => {
  const app = await preview({
    "index.html": '<script type="module" src="/m.ts"></script>',
    "m.ts": "export const a = 1;",
  });
  const answers = await Promise.all(Array.from({ length: 50 }, () => app.page("/")));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  expect(await app.reads()).toBe(1);
});

it("builds several projects at the same time", async () => {
  const apps = await Promise.all(
    Array.from({ length: 8 }, (_, n) =>
      preview({ "index.html": '<script type="module" src="/m.ts"></script>', "m.ts": `export const a = ${n};` }),
    ),
  );
  const reports = await Promise.all(apps.map((app) => app.prepare()));
  expect(reports.every(({ ok }) => ok)).toBe(true);
});

it("stops a build that has been lost twice, until there is another revision", async () => {
  const app = await preview({ "index.html": "<h1>One</h1>" });
  // What two isolates leave that were stopped in the middle.
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
