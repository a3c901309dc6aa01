import { gzipSync } from "node:zlib";
import { describe, expect, it, vi } from "vitest";
import type { BuildSummary } from "../../worker/contract/preview-rpc.ts";
import { type Preview, preview } from "./preview.ts";

const PAGE =
  '<!doctype html><link rel="icon" href="/icon.svg"><script src="plain.js"></script><script type="module" src="/src/main.ts"></script>';
const app = {
  "index.html": PAGE,
  "plain.js": "window.plain = true;",
  "src/main.ts": 'import "./main.css"; import("./later.ts"); console.log("main");',
  "src/later.ts": 'console.log("later");',
  "src/main.css": "p { color: rebeccapurple }",
  "public/icon.svg": "<svg/>",
  "README.md": "# Not a part of the app",
};

const summaryOf = ({ builder, capability, projectId, revision }: Preview): Promise<BuildSummary> =>
  builder.buildSummary(capability, projectId, revision);

describe("the summary of a build", () => {
  it("a build summary lists the app's files with sizes, and the ones that a page loads first", async () => {
    const shown = await preview(app);
    const { assets, totals, chunks, ...rest } = await summaryOf(shown);
    expect(rest).toEqual({
      revision: 1,
      mode: "development",
      ok: true,
      diagnostics: [],
      ms: expect.any(Number),
      root: "",
      framework: null,
      packages: [],
      packagesPlanned: 0,
      types: { status: "pending", diagnostics: [] },
    });
    const listed = assets.map(({ kind, entry, address }) => `${kind} ${entry} ${address.replace(/-\w{8}\./, ".")}`);
    expect(listed.sort()).toEqual([
      "asset false /icon.svg",
      "page true /index.html",
      "script false /__edgesmith/built/chunk.js",
      "script false /plain.js",
      "script true /__edgesmith/built/index.js",
      "style true /__edgesmith/built/index.css",
    ]);
    for (const { address, bytes, gzipBytes } of assets) {
      const body = new Uint8Array(await (await shown.get(address)).arrayBuffer());
      if (!address.endsWith(".html")) expect(bytes, address).toBe(body.length);
      expect(Math.abs(gzipBytes - gzipSync(body).length), address).toBeLessThan(address.endsWith(".html") ? 2_000 : 8);
    }
    const scripts = assets.filter(({ kind }) => kind === "script");
    expect(chunks).toEqual(scripts.map(({ address, bytes, gzipBytes }) => ({ name: address, bytes, gzipBytes })));
    const sum = (kinds: string[]) =>
      assets.filter(({ kind }) => kinds.includes(kind)).reduce((bytes, one) => bytes + one.bytes, 0);
    expect(totals.scripts.bytes).toBe(sum(["script"]));
    expect(totals.styles.bytes).toBe(sum(["style"]));
    expect(totals.other.bytes).toBe(sum(["page", "asset"]));
  });

  it("a build summary describes the existing build, and repeats unchanged", async () => {
    const shown = await preview(app);
    expect(await shown.prepare()).toEqual({ ok: true, diagnostics: [] });
    const [one, other] = await Promise.all([summaryOf(shown), summaryOf(shown)]);
    const withoutTypes = (summary: BuildSummary) => ({ ...summary, types: null });
    expect(withoutTypes(other)).toEqual(withoutTypes(one));
    expect(withoutTypes(await summaryOf(shown))).toEqual(withoutTypes(one));
    // Once for the build, and once for the type check.
    expect(await shown.reads()).toBeLessThanOrEqual(2);
  });

  it("a build summary lists the imported packages with their versions, and counts the planned ones", async () => {
    const shown = await preview({
      "package.json": JSON.stringify({ dependencies: { "is-number": "7.0.0", "is-odd": "3.0.1", vue: "^3.5.0" } }),
      "index.html": '<!doctype html><script type="module" src="/src/main.ts"></script>',
      "src/main.ts": 'import isOdd from "is-odd"; console.log(isOdd(1));',
    });
    const { framework, packages, packagesPlanned } = await summaryOf(shown);
    expect(framework).toBe("Vue");
    // Another package of the project. Packages of earlier builds are not fetched again for any project.
    expect(packages).toEqual([
      { name: "is-number", version: "6.0.0" },
      { name: "is-odd", version: "3.0.1" },
    ]);
    expect(packagesPlanned).toBe(2);
  });

  it("a build summary names the folder of an app in a subfolder", async () => {
    const shown = await preview({
      "edgesmith.json": '{"root": "apps/web"}',
      "apps/web/package.json": "{}",
      "apps/web/index.html": "<h1>Web</h1>",
    });
    expect(await summaryOf(shown)).toMatchObject({ ok: true, root: "apps/web", assets: [{ address: "/index.html" }] });
  });

  it("a failed build's summary has its diagnostics, and the framework that cannot run here", async () => {
    const shown = await preview({
      "package.json": JSON.stringify({ dependencies: { next: "16.0.0" } }),
      "app/page.tsx": "export default () => <h1>Next</h1>;",
    });
    const summary = await summaryOf(shown);
    expect(summary).toMatchObject({ ok: false, framework: "Next.js", assets: [] });
    expect(summary.totals.scripts).toEqual({ bytes: 0, gzipBytes: 0 });
    expect(summary.diagnostics[0]?.message).toMatch(/^This is a Next\.js project\./);
  });

  it("a build summary contains type findings once they exist, and waits for none", async () => {
    const shown = await preview({ "index.html": PAGE, "src/main.ts": 'const n: number = "text";\nconsole.log(n);' });
    expect((await summaryOf(shown)).types).toEqual({ status: "pending", diagnostics: [] });
    const { types } = await vi.waitUntil(async () => {
      const summary = await summaryOf(shown);
      return summary.types.status === "pending" ? null : summary;
    }, 60_000);
    expect(types).toMatchObject({
      status: "checked",
      diagnostics: [{ path: "src/main.ts", line: 1, severity: "error" }],
    });
  });

  it("a failed build's summary has no type findings", async () => {
    const broken = await preview({ "index.html": PAGE, "src/main.ts": "const = ;" });
    expect(await summaryOf(broken)).toMatchObject({ ok: false, types: { status: "unavailable", diagnostics: [] } });
  });
});
