import { describe, expect, it, vi } from "vitest";
import { preview } from "./preview.ts";

// Packages are fetched and bundled, which takes a minute on a busy machine.
vi.setConfig({ testTimeout: 180_000 });

const PAGE =
  '<!doctype html><html><head></head><body><div id="root"></div><script type="module" src="/src/main.tsx"></script></body></html>';

describe("an app with packages from the registry", () => {
  it("a build bundles React for the browser and Hono for the server", async () => {
    const app = await preview({
      "package.json": JSON.stringify({ dependencies: { react: "^19.0.0", "react-dom": "^19.0.0", hono: "^4.0.0" } }),
      "index.html": PAGE,
      "src/main.tsx": `import { useState } from "react"; import { createRoot } from "react-dom/client";
        function Counter() { const [n, setN] = useState(0); return <button onClick={() => setN(n + 1)}>{n}</button>; }
        const root = document.getElementById("root"); if (root) createRoot(root).render(<Counter />);`,
      "src/server.ts": `import { Hono } from "hono"; import { cors } from "hono/cors";
        const app = new Hono(); app.use(cors()); app.get("/api/hello/:name", (c) => c.json({ hello: c.req.param("name") })); export default app;`,
    });
    expect(await app.prepare()).toEqual({ ok: true, diagnostics: [] });
    expect(JSON.parse(await app.text("/api/hello/Ada"))).toEqual({ hello: "Ada" });
    const script = /src="(\/__edgesmith\/built\/[^"]+)"/.exec(await (await app.page("/")).text())?.[1] ?? "";
    const code = await app.text(script);
    expect(code).toContain("createRoot");
    await app.write({
      "package.json": JSON.stringify({ dependencies: { react: "^19.0.0", "react-dom": "^19.0.0", hono: "^4.0.0" } }),
      "index.html": PAGE,
      "src/main.tsx": 'import { createRoot } from "react-dom/client"; createRoot(document.body).render(<b>2</b>);',
    });
    expect(await app.prepare()).toEqual({ ok: true, diagnostics: [] });
  });

  it("a build reports the import of a package that does not exist, and ignores one without imports", async () => {
    const app = await preview({
      "package.json": '{\n  "dependencies": {\n    "@edgesmith/there-is-no-such-package": "1.0.0"\n  }\n}',
      "index.html": PAGE,
      "src/main.tsx": '\nimport "@edgesmith/there-is-no-such-package";',
    });
    const { ok, diagnostics } = await app.prepare();
    expect(ok).toBe(false);
    expect(diagnostics[0]).toMatchObject({ path: "src/main.tsx", line: 2, severity: "error" });
    expect(diagnostics[0]?.message).toContain("There is no package");
    await app.write({
      "package.json": '{"dependencies": {"@edgesmith/there-is-no-such-package": "1.0.0"}}',
      "index.html": "<p>Nobody asks for it</p>",
    });
    expect(await app.prepare()).toEqual({ ok: true, diagnostics: [] });
  });

  it("a build whose packages take more memory than a Worker has says so, also when they are bundled already", async () => {
    const files = (text: string) => ({
      "package.json": JSON.stringify({ dependencies: { typescript: "5.9.3" } }),
      "index.html": PAGE,
      "src/main.tsx": `import ts from "typescript"; document.title = "${text}" + ts.version;`,
    });
    const app = await preview(files("One"));
    const { ok, diagnostics } = await app.prepare();
    expect(ok).toBe(true);
    const warning = diagnostics.find(({ message }) => message.startsWith("Bundling needed"));
    expect(warning).toMatchObject({ severity: "warning", message: expect.stringContaining("typescript (9.") });
    await app.write(files("Two"));
    expect((await app.prepare()).diagnostics).toContainEqual(warning);
  });

  it("a build says of a path that an installed package lacks that the path is wrong, and not that the package is missing", async () => {
    const app = await preview({
      "package.json": '{"dependencies": {"scheduler": "0.27.0"}}',
      "index.html": PAGE,
      "src/main.tsx":
        'import { unstable_now } from "scheduler";\nimport "scheduler/no/such/module";\nconsole.log(unstable_now());',
    });
    const { diagnostics } = await app.prepare();
    expect(diagnostics).toEqual([
      {
        path: "src/main.tsx",
        line: 2,
        column: 8,
        severity: "error",
        message:
          'Cannot import "scheduler/no/such/module": the package "scheduler" 0.27.0 has no such module. Correct the path, or use a version of the package that contains it.',
      },
    ]);
  });

  it("A preview builds packages apart from the app although a configuration requires one, and with it where a page does", async () => {
    const files = {
      "package.json": '{"dependencies": {"scheduler": "0.27.0"}}',
      "index.html": PAGE,
      "src/main.tsx": 'import { unstable_now } from "scheduler";\nconsole.log(unstable_now());',
      // Nearly every app with Tailwind 3 has such a line.
      "tailwind.config.js": 'module.exports = { plugins: [require("scheduler")] };',
    };
    const scriptOf = async (more: Record<string, string>) => {
      const app = await preview({ ...files, ...more });
      expect(await app.prepare()).toMatchObject({ ok: true });
      const script = /src="(\/__edgesmith\/built\/[^"]+)"/.exec(await (await app.page("/")).text())?.[1] ?? "";
      return app.text(script);
    };
    const apart = await scriptOf({});
    expect(apart).toContain("unstable_now()");
    expect(apart).not.toContain("unstable_scheduleCallback");
    const joint = await scriptOf({
      "src/main.tsx": 'import { unstable_now } from "scheduler";\nimport "./old.js";\nconsole.log(unstable_now());',
      "src/old.js": 'console.log(require("scheduler"));',
    });
    // One copy: its exports are assigned once.
    expect(joint.split("exports.unstable_scheduleCallback =")).toHaveLength(2);
  });

  it("A build finds a file that new URL names in a package on which only another package depends", async () => {
    const app = await preview({
      "package.json": '{"dependencies": {"react": "^19.0.0", "react-dom": "^19.0.0"}}',
      "index.html": PAGE,
      "src/main.tsx": `import { createRoot } from "react-dom/client";
        console.log(createRoot, new URL("scheduler/cjs/scheduler.production.js", import.meta.url).href);`,
    });
    expect(await app.prepare()).toEqual({ ok: true, diagnostics: [] });
    const script = /src="(\/__edgesmith\/built\/[^"]+)"/.exec(await (await app.page("/")).text())?.[1] ?? "";
    const address = /"(\/__edgesmith\/built\/scheduler\.[^"?]+\.js)/.exec(await app.text(script))?.[1] ?? "";
    expect(await app.text(address)).toContain("unstable_scheduleCallback");
  });

  it("a build reports an invalid dependency, even one named like an object's property", async () => {
    for (const [name, range] of [
      ["constructor", "constructor"],
      ["is-number", "constructor"],
      ["__proto__", "1"],
    ]) {
      const manifest = `{"dependencies": {"${name}": "${range}"}}`;
      const app = await preview({ "package.json": manifest, "index.html": PAGE, "src/main.tsx": `import "${name}";` });
      const { ok, diagnostics } = await app.prepare();
      expect(ok, name).toBe(false);
      expect(diagnostics, name).toMatchObject([{ path: "src/main.tsx", line: 1, severity: "error" }]);
      expect((await app.page("/")).status).toBe(500);
    }
  });
});
