// Vite plugins that a project defines itself: what their hooks make of its modules, and how each failure is said.
import { expect, it, vi } from "vitest";
import { preview } from "./preview.ts";

// The first build prepares the isolate of the plugins, which takes long on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

const page = '<!doctype html><head></head><body><script type="module" src="/src/main.ts"></script></body>';

/** Builds an app with plugins, and returns its report and its script. */
async function built(plugins: string, files: Record<string, string>) {
  const config = `import { readFileSync } from "node:fs";\nexport default { plugins: [${plugins}] };`;
  const app = await preview({ "index.html": page, "vite.config.js": config, ...files });
  const { ok, diagnostics } = await app.prepare();
  const html = ok ? await app.text("/") : "";
  const script = ok ? await app.text(/src="(\/__edgesmith\/built\/[^"]+)"/.exec(html)?.[1] ?? "") : "";
  return { app, ok, html, script, messages: diagnostics.map(({ message }) => message) };
}

it("Plugins run in Vite's order, and their filters and commands are kept", async () => {
  const mark = (name: string, rest = "") =>
    `{ name: "${name}", ${rest} transform: (code, id) => id.endsWith("main.ts") ? code.replace("ORDER", "ORDER ${name}") : null }`;
  const filtered = `{ name: "filtered", transform: { filter: { id: { include: "**/*.ts", exclude: /main/ }, code: "here" }, handler: (code) => code.replace("here", "there") } }`;
  const plugins = [
    mark("last", 'enforce: "post",'),
    mark("middle"),
    mark("first", 'enforce: "pre",'),
    mark("built", 'apply: "build",'),
    filtered,
  ];
  const { script, messages } = await built(plugins.join(","), {
    "src/main.ts": "import './other'; const text: string = 'ORDER here'; console.log(text);",
    "src/other.ts": "console.log('other is here' as string);",
  });
  expect(messages).toEqual([]);
  expect(script).toContain("ORDER last middle first here");
  expect(script).toContain("other is there");
});

it("Modules that plugins make import each other and the project's files, by any name", async () => {
  const plugins = `{ name: "made", async resolveId(id, importer) {
      if (id === "virtual:one") return "\\0one.ts";
      if (id === "./two.data" && importer.includes("one")) return { id: "\\0two" };
      if (id === "moved") return (await this.resolve("/src/kept.ts", importer)).id;
    }, load(id) {
      if (id === "\\0one.ts") return "import two from './two.data'; export const one: string = 'one ' + two;";
      if (id === "\\0two") return { code: "import { kept } from 'moved'; export default 'two ' + kept;" };
    } }, { name: "parts", load(id) { if (id.includes("?part=")) return "export default " + JSON.stringify("part " + id.split("=")[1]); } }`;
  const { script, messages } = await built(plugins, {
    "src/main.ts": "import { one } from 'virtual:one'; import part from './kept.ts?part=2'; console.log(one, part);",
    "src/kept.ts": "export const kept = 'kept';",
  });
  expect(messages).toEqual([]);
  for (const text of ["one ", "two ", '"kept"', "part 2"]) expect(script).toContain(text);
});

it("A plugin gets a module without types and JSX, unless it runs before Vite's", async () => {
  const plugins = `{ name: "late", transform(code, id) { if (!id.endsWith("main.ts")) return; this.parse(code); return code.replace("1", "2"); } },
    { name: "early", enforce: "pre", transform(code, id) { if (id.endsWith("main.ts") && code.includes(": number")) return code.replace("'a'", "'early'"); } }`;
  const { script, messages } = await built(plugins, {
    "src/main.ts": "const value: number = 1; console.log('a', value);",
  });
  expect(messages).toEqual([]);
  expect(script).toContain("early");
  expect(script).toMatch(/value = 2/);
});

it("Plugins add tags to pages and files to the app", async () => {
  const plugins = `{ name: "page", transformIndexHtml: { order: "pre", handler: (html, { path }) => [{ tag: "link", attrs: { rel: "me", href: path }, injectTo: "head" }, { tag: "b", children: "first", injectTo: "body-prepend" }] } },
    { name: "files", buildStart() { this.emitFile({ type: "asset", fileName: "robots.txt", source: "all of it" }); } }`;
  const { app, html, messages } = await built(plugins, { "src/main.ts": "console.log(1);" });
  expect(messages).toEqual([]);
  expect(html).toMatch(/<link rel="me" href="\/index.html">[\s\S]*<\/head><body><b>first<\/b>/);
  expect(html, "positions of a page that a plugin changed are none of the file's").not.toContain("data-edgesmith-at");
  expect(await app.text("/robots.txt")).toBe("all of it");
});

it.each([
  ["throws", "transform() { throw new Error('not today'); }", /hook "transform" of the plugin "bad" in vite.config.js failed for src\/main.ts.*not today/],
  ["asks for what is not there", "buildStart() { return this.load({ id: 'a' }); }", /this.load does not exist here/],
  ["emits a chunk", "buildStart() { this.emitFile({ type: 'chunk', id: 'a' }); }", /makes assets alone/],
  ["fetches", "async buildStart() { await fetch('https://example.com'); }", /not permitted to access/],
  ["never ends", "transform: () => new Promise(() => {})", /"bad" in vite.config.js failed for .*: it never finished$/],
  ["makes ten megabytes", "load: (id) => id.endsWith('main.ts') ? 'x'.repeat(1e7) : null", /makes more than \d+ characters/],
  ["makes modules without end", "resolveId: (id) => id.startsWith('n:') ? '\\0' + id : null, load: (id) => id.startsWith('\\0n:') ? 'import \"n:' + (Number(id.slice(3)) + 1) + '\"' : id.endsWith('main.ts') ? 'import \"n:1\"' : null", /more than 1000 modules|did not end within/],
])("A plugin that %s is left out with the reason, and the app is built", async (_, hooks, reason) => {
  const { ok, script, messages } = await built(`{ name: "bad", ${hooks} }, { name: "good", transform: (code) => code.replace("before", "after") }`, {
    "src/main.ts": "console.log('before');",
  });
  expect(ok).toBe(true);
  expect(messages.join("\n")).toMatch(reason);
  expect(script).toMatch(/before|after/);
}); // biome-ignore format: one case a line

it("A plugin reads the files of the revision that is built, and its output for another revision is not reused", async () => {
  const plugins = `{ name: "text", resolveId: (id) => id === "virtual:text" ? "\\0text" : null, load: (id) => id === "\\0text" ? "export default " + JSON.stringify(readFileSync("./text.txt", "utf8")) : null }`;
  const main = { "src/main.ts": "import text from 'virtual:text'; console.log(text);" };
  expect((await built(plugins, { ...main, "text.txt": "of one" })).script).toContain("of one");
  const other = await built(plugins, { ...main, "text.txt": "of other" });
  expect(other.script).toContain("of other");
  expect(other.script).not.toContain("of one");
});

it("Constants and aliases that a package's plugin adds in its config hook reach the app, published too", async () => {
  const app = await preview({
    "index.html": page,
    "vite.config.js": `import environment from "vite-plugin-environment";
export default { define: { __KEPT__: '"kept"' }, resolve: { alias: { "@": "/src" } }, plugins: [environment({ API_URL: "https://api.example.com" })] };`,
    "package.json": JSON.stringify({ devDependencies: { "vite-plugin-environment": "1.1.3" } }),
    "src/main.ts": "import { own } from '@/own'; console.log(process.env.API_URL, __KEPT__, own);",
    "src/own.ts": "export const own = 'own';",
  });
  const { ok, diagnostics } = await app.prepare();
  expect({ ok, diagnostics }).toEqual({ ok: true, diagnostics: [] });
  await app.publish(1);
  const scriptOf = (html: string): string => /src="(\/__edgesmith\/built\/[^"]+)"/.exec(html)?.[1] ?? "";
  const scripts = [
    await app.text(scriptOf(await app.text("/"))),
    await app.publicText(scriptOf(await app.publicText("/"))),
  ];
  for (const script of scripts)
    for (const text of ["https://api.example.com", "kept", "own"]) expect(script).toContain(text);
});

it("Functions that a plugin makes from strings are made, nested ones and those of loose code too", async () => {
  const template = "with (data) { return name + new Function('a', 'return this === undefined ? 0 : a * 2')(21); }";
  const plugins = `{ name: "templates", transformIndexHtml: (html) =>
    html.replace("NAME", new Function("data", ${JSON.stringify(template)})({ name: "Tea " })).replace("GLOBAL", Function("return this")() === globalThis) }`;
  const { app, messages } = await built(plugins, {
    "index.html": page.replace("<body>", "<body>NAME GLOBAL"),
    "src/main.ts": "",
  });
  expect(messages).toEqual([]);
  expect(await app.text("/")).toContain("Tea 42 true");
});

it("A plugin whose strings are no code, or that makes ever more of it, is left out in words", async () => {
  const endless =
    'for (let n = 0; n < 9; n++) html += String(new Function("return " + html.length + n)()); return html;';
  for (const body of ['return new Function("(")();', endless]) {
    const plugins = `{ name: "broken", transformIndexHtml(html) { ${body} } }`;
    const { messages } = await built(plugins, { "src/main.ts": "" });
    expect(messages).toEqual([
      'The hook "transformIndexHtml" of the plugin "broken" in vite.config.js failed for index.html, so the plugin was skipped: it compiles code from strings, which is not allowed',
    ]);
  }
});

it("A hook that waits for what never comes is left out, and the others run", async () => {
  const plugins = `{ name: "waiting", buildStart: () => new Promise(() => {}) },
    { name: "marking", transformIndexHtml: (html) => html.replace("MARK", "marked") }`;
  const { app, messages } = await built(plugins, {
    "index.html": page.replace("<body>", "<body>MARK"),
    "src/main.ts": "",
  });
  expect(messages).toEqual([
    'The hook "buildStart" of the plugin "waiting" in vite.config.js failed, so the plugin was skipped: it never finished',
  ]);
  expect(await app.text("/")).toContain("<body>marked");
});
