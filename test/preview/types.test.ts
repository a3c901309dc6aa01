import { expect, it, vi } from "vitest";
import { preview } from "./preview.ts";

// The first check loads the compiler, 4.6 MB through the test runner: seconds on a quiet machine, most of a minute on a busy one.
vi.setConfig({ testTimeout: 180_000 });

const PAGE = '<!doctype html><head></head><script type="module" src="/src/main.tsx"></script>';

it("reports a type error with its place, and runs the app all the same", async () => {
  const app = await preview({
    "index.html": PAGE,
    "src/main.tsx": "const title: number = document.title;\nexport default title;",
  });
  const { ok, diagnostics } = await app.build();
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

it("knows the platform: a Durable Object with its database, and WebSockets", async () => {
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
  expect(await app.build()).toEqual({ ok: true, diagnostics: [] });
});

it("checks React and Hono against their own types", async () => {
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
  const { ok, diagnostics } = await app.build();
  expect(ok).toBe(true);
  expect(diagnostics.map(({ path, line, message }) => [path, line, message.slice(0, 40)])).toEqual([
    ["src/main.tsx", 4, "Argument of type 'number' is not assigna"],
  ]);
});
