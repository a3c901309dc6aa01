import { describe, expect, it } from "vitest";
import { type Preview, preview } from "./preview.ts";

const page =
  '<!doctype html><html><head></head><body><div id="root"></div><script type="module" src="/src/main.tsx"></script></body></html>';

/** Returns the scripts of the page and all that they load. */
async function scriptsOf(app: Preview, read: (path: string) => Promise<string>): Promise<string> {
  const left = [...(await read("/")).matchAll(/(?:src|href)="(\/__edgesmith\/built\/[^"]+\.js)"/g)].map(
    ([, path = ""]) => path,
  );
  const texts = new Map<string, string>();
  for (let path = left.pop(); path !== undefined; path = left.pop()) {
    if (texts.has(path)) continue;
    const text = await read(path);
    texts.set(path, text);
    left.push(...[...text.matchAll(/["'](\/__edgesmith\/built\/[^"']+\.js)["']/g)].map(([, found = ""]) => found));
  }
  expect(app.revision).toBeGreaterThan(0);
  return [...texts.values()].join("\n");
}

const dependencies = { preact: "10.27.2" };
const main = 'import { render } from "preact";\nrender(<App />, document.body);';

describe("an app of Preact", () => {
  const files = {
    "package.json": JSON.stringify({ dependencies }),
    "index.html": page,
    "src/main.tsx": `import { App } from "./app";\n${main}`,
    "src/app.tsx":
      "export const App = () => (\n  <main>\n    <h1>Hello</h1>\n    <Own />\n  </main>\n);\nconst Own = () => <p>Own</p>;\n",
  };

  it("The preview has places in the source and takes hot updates, and the published app has none of both", async () => {
    const app = await preview(files);
    expect(await app.prepare()).toEqual({ ok: true, diagnostics: [] });
    const built = await scriptsOf(app, async (path) => (await app.page(path)).text());
    expect(built).toContain("data-edgesmith-at");
    expect(built).toContain("__edgesmithHot?.enter");
    expect(built).toMatch(/fileName: "app\/src\/app\.tsx",\s+lineNumber: 3,\s+columnNumber: 5/);
    expect(await (await app.page("/")).text()).toContain('<div data-edgesmith-at="index.html:1:41" id="root">');
    expect((await app.publish(1)).ok).toBe(true);
    const published = await scriptsOf(app, (path) => app.publicText(path));
    expect(published).not.toMatch(/data-edgesmith-at|fileName|jsxDEV|__edgesmithHot/);
    expect(await app.publicText("/")).not.toContain("data-edgesmith-at");
  });

  it("Elements of a file that a plugin has changed have no places, since its lines are others", async () => {
    const plugin = `{ name: "lines", enforce: "pre", transform: (code, id) => id.endsWith("app.tsx") ? "\\n" + code : null }`;
    const app = await preview({ ...files, "vite.config.js": `export default { plugins: [${plugin}] };` });
    expect(await app.prepare()).toEqual({ ok: true, diagnostics: [] });
    const built = await scriptsOf(app, async (path) => (await app.page(path)).text());
    expect(built).toMatch(/placedRewritten = .*new Set\(\["app\/src\/app\.tsx"\]\)/);
    expect(built).toMatch(/fileName: "app\/src\/app\.tsx",\s+lineNumber: 4/);
  }, 120_000);
});

describe("what an agent reads of a page", () => {
  it("A response to an agent has no places", async () => {
    const app = await preview({ "index.html": "<h1>Hello</h1>" });
    const { body } = await app.builder.request(app.capability, app.projectId, app.revision, {
      method: "GET",
      path: "/",
    });
    expect(body).toContain("<h1>Hello</h1>");
  });
});
