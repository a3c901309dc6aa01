import { expect, it, vi } from "vitest";
// The runtime types that `wrangler types` writes into a project.
import runtimeTypes from "../../node_modules/@cloudflare/workers-types/index.d.ts?raw";
import { preview } from "./preview.ts";

// The first check loads the compiler, 4.6 MB through the test runner: seconds on an idle machine, most of a minute on a
// busy one.
vi.setConfig({ testTimeout: 180_000 });

const PAGE = '<!doctype html><head></head><script type="module" src="/src/main.tsx"></script>';

/** A module whose types take seconds to check: a tuple of one type for each number, compared with itself. */
const slowModule = (
  index: number,
) => `type Build<N extends number, T extends unknown[] = []> = T["length"] extends N ? T : Build<N, [...T, unknown]>;
type Pairs<A extends number> = { [K in keyof Build<A>]: { [L in keyof Build<A>]: [K, L, ${index}] } };
export const a${index}: Pairs<900>[0] = null as unknown as Pairs<899>[1];
export const b${index}: Pairs<900> = null as unknown as Pairs<898>;`;

/** Builds until the check was not stopped: on a busy machine five seconds may not be enough for it. */
async function checked(app: Awaited<ReturnType<typeof preview>>): ReturnType<typeof app.build> {
  for (;;) {
    const build = await app.build();
    if (!build.diagnostics.some(({ message }) => message.includes("stopped after 5 s"))) return build;
  }
}

it("a type check reports a type error with its place, and the app still runs", async () => {
  const app = await preview({
    "index.html": PAGE,
    "src/main.tsx": "const title: number = document.title;\nexport default title;",
  });
  const { ok, diagnostics } = await checked(app);
  expect(ok).toBe(true);
  expect(diagnostics).toEqual([
    {
      path: "src/main.tsx",
      line: 1,
      column: 7,
      severity: "error",
      message: "Type 'string' is not assignable to type 'number'. (TS2322)",
    },
  ]);
  expect((await app.page("/")).status).toBe(200);
});

it("a type check knows import.meta.glob, whose files are there or loaded later", async () => {
  const app = await preview({
    "index.html": PAGE,
    "src/main.tsx": `const texts = import.meta.glob<string>("./*.md", { query: "?raw", import: "default", eager: true });
const pages = import.meta.glob<{ default: string }>("./pages/*.ts");
document.title = Object.values(texts).map((text) => text.trim()).join();
for (const load of Object.values(pages)) void load().then((page) => page.default.trim());`,
    "src/a.md": "# A",
  });
  expect(await checked(app)).toEqual({ ok: true, diagnostics: [] });
});

it("a type check knows the platform: a Durable Object with its database, and WebSockets", async () => {
  const app = await preview({
    "src/server.ts": `import { DurableObject } from "cloudflare:workers";
export class App extends DurableObject {
  override async fetch(request: Request): Promise<Response> {
    const rows = this.ctx.storage.sql.exec<{ n: number }>("SELECT 1 AS n").toArray();
    const { 0: client, 1: server } = new WebSocketPair();
    this.ctx.acceptWebSocket(server);
    if (request.headers.get("Upgrade")) return new Response(null, { status: 101, webSocket: client });
    return Response.json(rows.map(({ n }) => n + 1));
  }
}`,
  });
  expect(await checked(app)).toEqual({ ok: true, diagnostics: [] });
});

it("a type check knows the databases and namespaces that worker-configuration.d.ts names, with and without the runtime's own types", async () => {
  const files = {
    "wrangler.jsonc": JSON.stringify({
      main: "src/index.ts",
      d1_databases: [{ binding: "DB", database_name: "db", database_id: "x" }],
      kv_namespaces: [{ binding: "KV", id: "x" }],
    }),
    "src/index.ts": `import { env as imported } from "cloudflare:workers";
type Row = { id: number; text: string };
export default {
  async fetch(_, env) {
    const { results, meta } = await env.DB.prepare("SELECT 1 AS id, 'a' AS text WHERE 1 = ?").bind(1).all<Row>();
    const [columns] = await imported.DB.prepare("SELECT 1").raw({ columnNames: true });
    await env.KV.put("a", "1", { expirationTtl: 60, metadata: { n: meta.rows_read } });
    const { value } = await env.KV.getWithMetadata<{ n: number }, { n: number }>("a", "json");
    const many = await env.KV.get(["a", "b"]);
    const wrong: number = results[0]?.text;
    return Response.json([results.map(({ id }) => id + 1), value?.n, columns?.join(), many.get("a")?.length, wrong]);
  },
} satisfies ExportedHandler<Env>;`,
  };
  const bindings = `interface __BaseEnv_Env { DB: D1Database; KV: KVNamespace }
declare namespace Cloudflare { interface Env extends __BaseEnv_Env {} }
interface Env extends __BaseEnv_Env {}
`;
  for (const runtime of ["", runtimeTypes]) {
    const app = await preview({ ...files, "worker-configuration.d.ts": bindings + runtime });
    expect((await checked(app)).diagnostics).toMatchObject([
      { path: "src/index.ts", line: 10, message: expect.stringContaining("is not assignable to type 'number'") },
    ]);
  }
});

it("a type check covers React and Hono with their own types", async () => {
  const app = await preview({
    "package.json": JSON.stringify({ dependencies: { react: "^19.0.0", "react-dom": "^19.0.0", hono: "^4.0.0" } }),
    "index.html": PAGE,
    "src/main.tsx": `import { useState } from "react"; import { createRoot } from "react-dom/client"; import "./style.css"; import { Note } from "@/note";
function Counter() { const [n, setN] = useState(0); return <button onClick={(event) => setN(n + event.detail)}>{n}</button>; }
const root = document.getElementById("root"); if (root) createRoot(root).render(<><Counter /><Note /></>);
useState<string>(5);`,
    "src/note.tsx": 'export const Note = () => <p className="note">note</p>;',
    "src/style.css": "p {}",
    "src/server.ts": `import { Hono } from "hono"; const app = new Hono(); app.get("/api/:id", (c) => c.json({ id: c.req.param("id").length })); export default app;`,
  });
  const { ok, diagnostics } = await checked(app);
  expect(ok).toBe(true);
  expect(diagnostics.map(({ path, line, message }) => [path, line, message.slice(0, 40)])).toEqual([
    ["src/main.tsx", 4, "Argument of type 'number' is not assigna"],
  ]);
});

it("a type check honours tsconfig.json's decorators, paths and JSX", async () => {
  const options = { experimentalDecorators: true, jsx: "react", jsxFactory: "h", paths: { "~/*": ["./src/*"] } };
  const app = await preview({
    "index.html": PAGE,
    "tsconfig.json": `// Options\n${JSON.stringify({ compilerOptions: options })}`,
    "src/main.tsx": `import { sum } from "~/sum";
declare global { namespace JSX { interface IntrinsicElements { b: { n: number } } } }
function h(tag: string, given: { n: number } | null): string { return tag + (given?.n ?? 0); }
function seen(target: object, key: string): void { console.log(target, key); }
class Box { @seen x = sum(1, 2); }
console.log(new Box(), <b n={1} />);`,
    "src/sum.ts": "export const sum = (a: number, b: number): number => a + b;",
  });
  expect(await checked(app)).toEqual({ ok: true, diagnostics: [] });
  await app.write({
    "index.html": PAGE,
    "tsconfig.json": JSON.stringify({ compilerOptions: options }),
    "src/main.tsx": 'import { sum } from "~/sum"; sum("1");',
    "src/sum.ts": "export const sum = (a: number): number => a;",
  });
  expect((await checked(app)).diagnostics.map(({ message }) => message)).toEqual([
    "Argument of type 'string' is not assignable to parameter of type 'number'. (TS2345)",
  ]);
});

it("a type check stops after five seconds with a warning, and keeps its findings", async () => {
  const files = Array.from({ length: 40 }, (_, index) => [`src/slow-${index}.ts`, slowModule(index)]);
  const app = await preview({
    "index.html": PAGE,
    "src/a.ts": "export const wrong: number = document.title;",
    "src/main.tsx": "console.log(1);",
    ...Object.fromEntries(files),
  });
  await app.build();
  const { ok, diagnostics } = await app.build();
  expect(ok).toBe(true);
  expect(diagnostics[0]).toMatchObject({ severity: "warning", message: expect.stringContaining("stopped after 5 s") });
  expect(diagnostics).toContainEqual(expect.objectContaining({ path: "src/a.ts", severity: "error" }));
});

it("a type check of an app in a folder of a repository knows its packages, its aliases and the options of its own tsconfig.json", async () => {
  const app = await preview({
    "package.json": '{ "private": true, "workspaces": ["apps/*", "packages/*"] }',
    "tsconfig.base.json": '{ "compilerOptions": { "paths": { "@tools/*": ["./tools/*"] } } }',
    "tools/sum.ts": "export const sum = (one: number, other: number): number => one + other;\n",
    "packages/ui/package.json": JSON.stringify({
      name: "@our/ui",
      exports: { ".": { types: "./src/index.ts", default: "./src/index.ts" }, "./parts/*": "./src/parts/*.ts" },
    }),
    "packages/ui/src/index.ts": "export const title = (text: string): string => text.trim();\n",
    "packages/ui/src/parts/size.ts": "export const size = 3;\n",
    "packages/money/package.json": '{ "name": "@our/money", "main": "./src/money.ts" }',
    "packages/money/src/money.ts": "export const cents = (euros: number): number => euros * 100;\n",
    "apps/web/package.json": JSON.stringify({
      name: "web",
      dependencies: { "@our/ui": "*", "@our/money": "*", nanoid: "5.1.6" },
    }),
    "apps/web/tsconfig.json": '{ "extends": "../../tsconfig.base.json", "compilerOptions": { "strict": false } }',
    "apps/web/index.html": PAGE,
    "apps/web/src/name.ts": "export const name = 5;\n",
    "apps/web/src/main.tsx": `import { cents } from "@our/money";
import { title } from "@our/ui";
import { size } from "@our/ui/parts/size";
import { sum } from "@tools/sum";
import { nanoid } from "nanoid";
import { name } from "@/name";
const loose: string = null;
document.title = loose;
title(1);
cents("1");
size.trim();
sum("1", 2);
nanoid().valueOf().never;
name.trim();
`,
  });
  const { diagnostics } = await checked(app);
  expect(diagnostics.map(({ path, line }) => `${path}:${line}`)).toEqual(
    [9, 10, 11, 12, 13, 14].map((line) => `apps/web/src/main.tsx:${line}`),
  );
});

it("a type check reads the scripts that aliases of vite.config alone lead to", async () => {
  const app = await preview({
    "index.html": PAGE,
    "vite.config.ts": `import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
export default defineConfig({
  resolve: {
    alias: [
      { find: "~parts", replacement: fileURLToPath(new URL("./src/parts", import.meta.url)) },
      { find: /^#(.*)$/, replacement: fileURLToPath(new URL("./src", import.meta.url)) + "/$1" },
    ],
  },
});`,
    "src/parts/title.ts": 'export const title = "Parts";',
    "src/count.ts": "export const count = 1;",
    "src/main.tsx":
      'import { count } from "#count";\nimport { title } from "~parts/title";\nexport const text: string = title;\nexport const wrong: string = count;',
  });
  const { diagnostics } = await checked(app);
  expect(diagnostics.map(({ line, message }) => `${line} ${message}`)).toEqual([
    "4 Type 'number' is not assignable to type 'string'. (TS2322)",
  ]);
});

it("a type check misses no types of Node's modules, and in configurations none of its names", async () => {
  const app = await preview({
    "index.html": PAGE,
    "vite.config.ts": `import { resolve } from "node:path";
import { format } from "url";
export default { base: process.env.FOLDER ?? format("/"), resolve: { alias: { "@": resolve(__dirname, "src") } } };`,
    "src/server.ts": 'import { inspect } from "node:util";\nexport default { fetch: () => new Response(inspect(1)) };',
    "src/main.tsx": "document.title = '1';",
  });
  const { diagnostics } = await checked(app);
  expect(diagnostics).toEqual([]);
});
