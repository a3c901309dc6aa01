import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import * as esbuild from "esbuild";
import fc from "fast-check";
import { build } from "vite";
import { describe, expect, it } from "vitest";
import { transformModule } from "../../../preview/vite/index.ts";

const files = [
  "src/main.ts",
  "src/pages/a.ts",
  "src/pages/b.ts",
  "src/pages/b.test.ts",
  "src/pages/(main)/[id]/c.ts",
  "src/pages/(main)/[id]/d.ts",
  "src/pages/.hidden.ts",
  "src/pages/Upper.ts",
  "src/texts/t.md",
  "src/img/x.png",
  "src/img/y.png",
  "src/w.ts",
  "public/pub.txt",
  "node_modules/p/a.ts",
];
const context = {
  files: new Map(files.map((path) => [path, `export default ${JSON.stringify(path)}; export const setup = 1;`])),
  root: "",
  publicDir: "public",
  aliases: [{ find: "@", replacement: "/src" }],
};
const transform = (code: string, path = "src/main.ts") => transformModule(code, path, context);

/** The value of a module's expression after our transformation and esbuild. */
async function evaluate(code: string, path: string): Promise<unknown> {
  const { code: transformed, diagnostics } = transform(code, path);
  expect(diagnostics).toEqual([]);
  const built = await esbuild.build({
    stdin: { contents: transformed, loader: "ts" },
    bundle: true,
    write: false,
    format: "esm",
    plugins: [
      {
        name: "files",
        setup(builder) {
          builder.onResolve({ filter: /^\./ }, (args) => ({
            path: join(dirname(path), args.path.replace(/\?.*/, "")),
            namespace: "project",
            suffix: args.path.replace(/^[^?]*/, ""),
          }));
          builder.onLoad({ filter: /.*/, namespace: "project" }, (args) => ({
            contents: context.files.get(args.path) ?? "",
            loader: args.suffix === "?raw" ? "text" : "ts",
          }));
        },
      },
    ],
  });
  return (await import(`data:text/javascript,${encodeURIComponent(built.outputFiles[0]?.text ?? "")}`)).default;
}

/** The same by `vite build` of the same files. */
async function evaluateByVite(code: string, path: string): Promise<unknown> {
  const root = mkdtempSync(join(tmpdir(), "glob-"));
  try {
    for (const [name, content] of [...context.files, [path, code] as const]) {
      mkdirSync(dirname(join(root, name)), { recursive: true });
      writeFileSync(join(root, name), content);
    }
    const output = await build({
      root,
      configFile: false,
      logLevel: "silent",
      resolve: { alias: { "@": join(root, "src") } },
      build: { write: false, minify: false, modulePreload: false, lib: { entry: join(root, path), formats: ["es"] } },
    });
    const first = [output].flat()[0];
    const chunk = first !== undefined && "output" in first ? first.output[0].code : "";
    return (await import(`data:text/javascript,${encodeURIComponent(chunk)}`)).default;
  } finally {
    rmSync(root, { recursive: true });
  }
}

describe("import.meta.glob", () => {
  it.each([
    ["import.meta.glob('./pages/*.ts', { eager: true })", "src/main.ts"],
    ["import.meta.glob(['./pages/**/*.ts', '!**/*.test.ts'], { eager: true, import: 'default' })", "src/main.ts"],
    ["import.meta.glob(['/src/pages/*.ts', '!./pages/a.ts'], { eager: true, import: 'setup' })", "src/main.ts"],
    ["import.meta.glob('@/pages/{a,b}.ts', { eager: true, import: 'default' })", "src/main.ts"],
    ["import.meta.glob('./*.ts', { eager: true, import: 'default' })", "src/pages/(main)/[id]/e.ts"],
    ["import.meta.glob('../../*.ts', { eager: true, import: 'default' })", "src/pages/(main)/[id]/e.ts"],
    ["import.meta.glob('./**/*.md', { eager: true, query: '?raw', import: 'default' })", "src/main.ts"],
    ["import.meta.glob('./**/*.md', { eager: true, query: { raw: '' }, import: 'default' })", "src/main.ts"],
    ["import.meta.glob('**/u*.ts', { eager: true, caseSensitive: false, import: 'default' })", "src/main.ts"],
    ["import.meta.glob('./*.ts', { base: './pages', eager: true, import: 'default' })", "src/main.ts"],
    ["import.meta.glob('./pages/*.ts', { exhaustive: true, eager: true, import: 'default' })", "src/main.ts"],
    ["Object.keys(import.meta.glob('./pages/*'))", "src/main.ts"],
    ["import.meta.glob(`./none/*.ts`, { eager: true },)", "src/main.ts"],
  ])("import.meta.glob: %s in %s equals the result of vite build", async (expression, path) => {
    const code = `const found = ${expression};\nexport default JSON.parse(JSON.stringify(found));`;
    const expected = await evaluateByVite(code, path);
    if (!expression.includes("none")) expect(JSON.stringify(expected).length).toBeGreaterThan(10);
    expect(await evaluate(code, path)).toEqual(expected);
  });

  it("import.meta.glob loads files on demand, with type arguments in the source", async () => {
    const code = `type P = { default: string };
      const pages = import.meta.glob<Record<string, Array<P>>>("./pages/a.ts", {
        import: "default",
      });
      export default await Promise.all(Object.entries(pages).map(async ([k, load]) => [k, await load()]));`;
    expect(await evaluate(code, "src/main.ts")).toEqual([["./pages/a.ts", "src/pages/a.ts"]]);
  });

  it("import.meta.glob keeps the number of each line", () => {
    const code =
      'const a = 1;\nconst m = import.meta.glob([\n  "./pages/*.ts",\n], {\n  eager: true,\n});\nexport { a, m };\n';
    const { code: transformed, changed, imports } = transform(code);
    expect(changed).toBe(true);
    expect(imports.length).toBe(4);
    const lineOfExport = (text: string) => text.split("\n").indexOf("export { a, m };");
    expect(lineOfExport(transformed)).toBe(lineOfExport(code));
  });

  it("import.meta.globEager, the name of Vite 2, loads modules as the option eager does", () => {
    const written = (call: string) => transform(`export default ${call};`).code;
    expect(written('import.meta.globEager("./pages/*.ts")')).toBe(
      written('import.meta.glob("./pages/*.ts", { eager: true })'),
    );
    expect(written('import.meta.globEager("./pages/*.ts")')).not.toContain("globEager");
  });

  it.each([
    ["import.meta.glob(pattern)", "must be written out"],
    ["import.meta.glob('./a', { lazy: true })", 'no option "lazy"'],
    ["import.meta.glob('./a', { eager: 'yes' })", "of type boolean"],
    ["import.meta.glob('./a', options)", "must be written out"],
    ["import.meta.glob('lodash/*')", "must begin with"],
    ["import.meta.globEager(pattern)", "must be written out"],
  ])("import.meta.glob: %s is an error with its place", (expression, message) => {
    const { diagnostics, changed } = transform(`\n  const x = ${expression};`);
    expect(changed).toBe(false);
    expect(diagnostics).toMatchObject([{ path: "src/main.ts", line: 2, column: 13, severity: "error" }]);
    expect(diagnostics[0]?.message).toContain(message);
  });
});

describe("new URL(…, import.meta.url)", () => {
  it.each([
    ['new URL("./img/x.png", import.meta.url).href', "./img/x.png?url"],
    ["new URL( `img/x.png`, import.meta.url, )", "./img/x.png?url"],
    ['new URL("/pub.txt", import.meta.url)', "/pub.txt?url"],
    ['new URL("@/img/x.png?a", import.meta.url)', "@/img/x.png?a&url"],
    ['new Worker(new URL("./w.ts", import.meta.url), { type: "module", name: "w" })', "./w.ts?worker_file&type=module"],
    ['new Worker(new URL("./w.ts", import.meta.url))', "./w.ts?worker_file&type=classic"],
    [
      'new SharedWorker(new URL("./w", import.meta.url), { name: id(), type: "module" })',
      "./w?worker_file&type=module",
    ],
    ['new Worker(new URL("./w.ts", import.meta.url).href, "name")', "./w.ts?worker_file&type=classic"],
  ])("new URL(…, import.meta.url): %s imports %s", (expression, specifier) => {
    const { code, imports, diagnostics } = transform(`export const u = ${expression};`);
    expect(diagnostics).toEqual([]);
    expect(imports).toEqual([specifier]);
    expect(code).toContain(
      `import { default as __vite_import_0 } from ${JSON.stringify(specifier)};export const u = new`,
    );
    expect(code).toMatch(/new URL\(\s*__vite_import_0, import\.meta\.url/);
  });

  it("new URL(…, import.meta.url) makes a template with a literal folder a choice among its files", () => {
    const { code, imports } = transform(
      "export const u = (n: string) => new URL(`./img/$" + "{n}.png?v`, import.meta.url);",
    );
    expect(imports).toEqual(["./img/x.png?v&url", "./img/y.png?v&url"]);
    expect(code).toContain(
      'Object.assign({"./img/x.png": __vite_import_0, "./img/y.png": __vite_import_1})[`./img/$' + "{n}.png`]",
    );
  });

  it.each([
    'new URL("https://example.com/a.png", import.meta.url)',
    "new URL(name, import.meta.url)",
    'new URL(/* @vite-ignore */ "./img/x.png", import.meta.url)',
    'new URL("./img/x.png", location.href)',
    'new URL(".", import.meta.url)',
    "new URL(`$" + "{base}/x.png`, import.meta.url)",
    "new Worker(url)",
  ])("new URL(…, import.meta.url): %s stays unchanged", (expression) => {
    expect(transform(`x = ${expression};`)).toMatchObject({ changed: false, diagnostics: [] });
  });

  it("new URL(…, import.meta.url) warns of a missing file", () => {
    const { changed, diagnostics } = transform('new URL("./none.png", import.meta.url)');
    expect(changed).toBe(false);
    expect(diagnostics).toMatchObject([{ severity: "warning", line: 1, column: 9 }]);
  });

  it("new Worker(new URL(…)) is refused when its type is computed", () => {
    const { diagnostics } = transform('new Worker(new URL("./w.ts", import.meta.url), options)');
    expect(diagnostics).toMatchObject([{ severity: "error" }]);
  });
});

describe("an import whose path is a template", () => {
  /** NAME and FOLDER stand for expressions in the template. */
  const written = (path: string) => path.replace("NAME", "$" + "{name}").replace("FOLDER", "$" + "{'pages'}");
  const run = (path: string, importer = "src/main.ts") =>
    evaluate(
      `const name: string = "a"; const load = (name: string) => import(\`${written(path)}\`).then((m) => m.default, (e) => e.message);
       export default [await load(name), await load("none")];`,
      importer,
    );

  it.each([
    ["./pages/NAME.ts", ["src/pages/a.ts", "Unknown variable dynamic import: ./pages/none.ts"]],
    ["@/pages/NAME.ts", ["src/pages/a.ts", "Unknown variable dynamic import: ./pages/none.ts"]],
    ["./FOLDER/NAME.ts", ["src/pages/a.ts", "Unknown variable dynamic import: ./pages/none.ts"]],
  ])("an import with a template path chooses among the files that match %s", async (path, expected) => {
    expect(await run(path)).toEqual(expected);
  });

  it("an import with a template path keeps the query of the files", () => {
    const { imports, code } = transform("const t = (n: string) => import(`./texts/$" + "{n}.md?raw`);");
    expect(imports).toEqual(["./texts/t.md?raw"]);
    expect(code).toContain('"./texts/t.md": () => import("./texts/t.md?raw")');
  });

  it.each(["NAME", "./NAME", "./NAME.ts", "./pages/NAME", "lodash/NAME.js", "https://x/NAME.js"])(
    "an import with a template path leaves %s to the bundler",
    (path) => {
      expect(transform(`import(\`${written(path)}\`)`)).toMatchObject({ changed: false, diagnostics: [] });
    },
  );
});

describe("transformModule", () => {
  it("transformModule is not misled by comments, strings, templates, regular expressions and JSX", () => {
    const glob = 'import.meta.glob("./pages/*.ts")';
    const code = [
      `// ${glob}`,
      `/* ${glob} new URL("./img/x.png", import.meta.url) */`,
      `const s = '${glob}', t = \`${glob}\`, r = /${glob.replaceAll("/", "\\/")}/;`,
      `const e = <p title='${glob}'>Don't {/* ${glob} */} \` ${glob}</p>;`,
    ].join("\n");
    expect(transform(code, "src/main.tsx")).toEqual({ code, changed: false, imports: [], diagnostics: [] });
  });

  it.each([
    [
      "a type parameter of an arrow function",
      "const f = <T,>(x: T) => x;\nconst g = <T extends object>(x: T): T => x;\n",
    ],
    ["an apostrophe in a text", "const e = <p>Don't</p>;\n"],
    ["a comparison and a division", "const c = a < b / 2 && b > a;\n"],
    ["type arguments", "const [s] = useState<Array<string>>([]);\n"],
  ])("transformModule finds a call behind %s", (_, before) => {
    const code = `${before}const m = import.meta.glob("./pages/a.ts");\n`;
    expect(transform(code, "src/main.tsx").imports).toEqual(["./pages/a.ts"]);
  });

  it("transformModule inserts imports after a shebang", () => {
    const { code } = transform('#!/usr/bin/env node\nnew URL("./img/x.png", import.meta.url)');
    expect(code).toMatch(/^#!\/usr\/bin\/env node\nimport /);
  });

  it.each(["import.meta.glob(", "import.meta.glob<", "new URL(", "new Worker(new URL(", "import(`$" + "{"])(
    "transformModule takes linear time when %s is never closed",
    (piece) => {
      const code = `${piece.repeat(200_000 / piece.length)}import.meta.glob import.meta.url URL`;
      const start = performance.now();
      transform(code);
      // A fraction of a second; quadratic time is half a minute.
      expect(performance.now() - start).toBeLessThan(8_000);
    },
  );

  it("transformModule returns a module without these constructs byte for byte", () => {
    const piece = fc.oneof(
      fc.constantFrom(
        "import.meta",
        ".glob",
        ".url",
        "new URL(",
        "new Worker(",
        "`",
        "${",
        "}",
        "<a>",
        "</a>",
        "'",
        '"',
        "/*",
        "*/",
        "//",
      ),
      fc.constantFrom("(", ")", "[", "]", "{", ",", "\n", " ", "/", "\\", "a", "1", "import.meta.url", "é"),
      fc.string({ maxLength: 5 }),
    );
    const code = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(""));
    fc.assert(
      fc.property(code, fc.constantFrom("src/a.ts", "src/a.tsx", "src/a.js"), (source, path) => {
        const result = transform(source, path);
        expect(result.code).toBe(source);
        expect(result.changed).toBe(false);
      }),
      { numRuns: 2_000 },
    );
  });
});
