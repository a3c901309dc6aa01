// How an app names its workers: each becomes one script, in whichever order and by whichever name they are started.
import { expect, it } from "vitest";
import { preview } from "./preview.ts";

const files = {
  "package.json": JSON.stringify({ dependencies: { tslib: "2.8.1" } }),
  "index.html": '<!doctype html><div id="root"></div><script type="module" src="/src/main.ts"></script>',
  "vite.config.ts": 'export default { resolve: { alias: { "~": "/src" } } };',
};

/** Builds the files, and returns the script at the address that the page's own script names for its worker. */
async function workerOf(more: Record<string, string>): Promise<string> {
  const app = await preview({ ...files, ...more });
  expect((await app.prepare()).diagnostics).toEqual([]);
  const page = await (await app.page("/")).text();
  const [, script = ""] = /src="(\/__edgesmith\/built\/[^"]+)"/.exec(page) ?? [];
  const main = await (await app.page(script)).text();
  expect(main).toMatch(/new Worker\(\s*new URL\(/);
  return startedBy(main);

  async function startedBy(code: string): Promise<string> {
    const [, address = ""] = /"(\/__edgesmith\/built\/[^"]+\.js)"/.exec(code) ?? [];
    return (await app.page(address)).text();
  }
}

it.each([
  ["by an alias", "~/threads/double?worker", "src/threads/double.ts"],
  ["without the extension .mts", "./threads/double?worker", "src/threads/double.mts"],
  ["as an index without its extension", "./threads?worker", "src/threads/index.tsx"],
])("a worker that is imported %s is built into one script", async (_, specifier, path) => {
  const main = `import Work from "${specifier}";\nnew Work().postMessage(21);\n`;
  const worker = await workerOf({ "src/main.ts": main, [path]: "postMessage(21 * 2 + Number(self.name));\n" });
  expect(worker).toContain("postMessage(21 * 2");
});

it.each([
  ["with ?worker and without its extension", 'import Work from "tslib/tslib.es6?worker";\nnew Work();\n'],
  ["with new URL", 'new Worker(new URL("tslib/modules/index.js", import.meta.url), { type: "module" });\n'],
])("a worker of a package that is started %s is built into one script", async (_, main) =>
  expect(await workerOf({ "src/main.ts": main })).toContain("__extends"),
);

it("a worker that starts workers of other names is built after them, whatever their order", async () => {
  const starts = (name: string) => `import Next from "./${name}?worker";\nnew Next();\n`;
  const worker = await workerOf({
    "src/main.ts": starts("middle"),
    "src/middle.ts": starts("a"),
    "src/a.ts": starts("z"),
    "src/z.ts": 'postMessage("last");\n',
  });
  expect(worker).toMatch(/built\/a-\w+\.js/);
});

it("Two workers that start each other are an error at the import, which says so", async () => {
  const app = await preview({
    ...files,
    "src/main.ts": 'import One from "./one?worker";\nnew One();\n',
    "src/one.ts": 'import Two from "./two?worker";\nnew Two();\n',
    "src/two.ts": 'import One from "./one?worker";\nnew One();\n',
  });
  const { diagnostics } = await app.prepare();
  expect(diagnostics).toEqual([
    expect.objectContaining({
      severity: "error",
      path: "src/one.ts",
      line: 1,
      message: expect.stringContaining("Start both from the page."),
    }),
  ]);
});
