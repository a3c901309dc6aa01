// The same files, settings and requests, routed by Cloudflare's own servers and by ours.
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { transform } from "esbuild";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type AssetRoute, routeAsset } from "../../preview/app/route-asset.ts";
import { assetRulesOf } from "../../preview/project/asset-rules.ts";

const files = [
  ...["index.html", "about.html", "404.html", "data.json", "both.html", "both/index.html", "odd/index"],
  ...["docs/index.html", "docs/a.html", "docs/404.html", "docs/x.txt", "double/index/index.html", "only.html.html"],
  ...["file", "file.html", "index/inner.html", "deep/er/page.html", "name/index.html.html", "twin", "twin/index.html"],
].filter((path) => path !== "twin");

const addresses = [
  ...["/", "/index", "/index.html", "/index/", "/about", "/about/", "/about.html", "/about.html/", "/about?x=1&y=2"],
  ...["/docs", "/docs/", "/docs/index", "/docs/index.html", "/docs/index/", "/docs/a", "/docs/a/", "/docs/a.html"],
  ...["/docs/nope", "/docs/nope/", "/nope", "/nope.png", "/data.json", "/data.json/", "/both", "/both/", "/both.html"],
  ...["/both/index.html", "/both/index", "/odd", "/odd/", "/odd/index", "/double/index", "/double/index/", "/double"],
  ...["/only.html", "/only", "/only.html.html", "/file", "/file/", "/file.html", "/index/inner", "/deep/er/page/"],
  ...["/deep", "/name/index.html", "/name/index.html/", "/name", "/twin", "/DOCS", "/docs?x=1", "/api/x", "/api/docs"],
  ...["/deep/er/404", "/404", "/docs/404.html"],
];

type Assets = { html_handling?: string; not_found_handling?: string; run_worker_first?: boolean | string[] };
type Case = { assets: Assets; hasServer: boolean; date: string; flags?: string[] };

const handlings = ["auto-trailing-slash", "force-trailing-slash", "drop-trailing-slash", "none"];
const unknown = ["none", "404-page", "single-page-application"];
const cases: Case[] = [
  ...handlings.flatMap((html_handling) =>
    unknown.map((not_found_handling) => ({
      assets: { html_handling, not_found_handling },
      hasServer: not_found_handling !== "404-page",
      date: "2026-11-01",
    })),
  ),
  ...unknown.map((not_found_handling) => ({ assets: { not_found_handling }, hasServer: true, date: "2025-03-31" })),
  { assets: { not_found_handling: "404-page" }, hasServer: true, date: "2025-04-01" },
  { assets: { not_found_handling: "single-page-application" }, hasServer: false, date: "2025-03-31" },
  {
    assets: { not_found_handling: "single-page-application" },
    hasServer: true,
    date: "2024-01-01",
    flags: ["assets_navigation_prefers_asset_serving"],
  },
  {
    assets: { not_found_handling: "single-page-application" },
    hasServer: true,
    date: "2026-11-01",
    flags: ["assets_navigation_has_no_effect"],
  },
  { assets: { run_worker_first: true, not_found_handling: "404-page" }, hasServer: true, date: "2026-11-01" },
  { assets: { run_worker_first: false, not_found_handling: "none" }, hasServer: true, date: "2026-11-01" },
  ...unknown.map((not_found_handling) => ({
    assets: { not_found_handling, run_worker_first: ["/api/*", "!/api/docs", "/docs/a", "/*.json", "/a*t"] },
    hasServer: true,
    date: "2024-01-01",
  })),
];

/** Requests by a browser, by a script, and of another method. */
const requests: { method: string; headers: Record<string, string> }[] = [
  { method: "GET", headers: { "Sec-Fetch-Mode": "navigate", Accept: "text/html" } },
  { method: "GET", headers: { Accept: "*/*" } },
  { method: "POST", headers: {} },
];

const root = join(import.meta.dirname, "../..");
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "edgesmith-assets-"));
  for (const path of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), path);
  }
});
afterAll(() => rm(folder, { recursive: true }));

/** Cloudflare's router, with the options that wrangler makes of a configuration. */
function routerOf({ assets, hasServer, date, flags = [] }: Case): Miniflare {
  const { html_handling, not_found_handling, run_worker_first: first } = assets;
  return new Miniflare(
    convertV4MiniflareOptions({
      modules: true,
      script: 'export default { fetch: () => new Response("server") };',
      compatibilityDate: date,
      compatibilityFlags: flags,
      assets: {
        directory: folder,
        binding: "ASSETS",
        assetConfig: {
          ...(html_handling !== undefined && { html_handling: html_handling as "none" }),
          ...(not_found_handling !== undefined && { not_found_handling: not_found_handling as "none" }),
        },
        routerConfig: { has_user_worker: hasServer },
        ...(first !== undefined && { run_worker_first: first }),
      },
    }),
  );
}

function ours({ assets, hasServer, date, flags = [] }: Case, request: Request): string {
  const config = { assets, compatibility_date: date, compatibility_flags: flags };
  const rules = assetRulesOf(new Map([["wrangler.json", JSON.stringify(config)]]), null, []);
  if (rules === null) throw new Error("A configuration with assets has rules.");
  const { pathname, search } = new URL(request.url);
  const has = (address: string): boolean => files.includes(address.slice(1));
  const route = routeAsset(request, pathname, { rules, has, hasServer });
  return inWords(route, search);
}

function inWords(route: AssetRoute, search: string): string {
  if (route.kind === "file") return `${route.status} ${route.address.slice(1)}`;
  if (route.kind === "redirect") return `307 ${route.to}${search}`;
  if (route.kind === "method") return "405 ";
  return route.kind === "missing" ? "404 " : "200 server";
}

describe.each(cases)("with %o", (one) => {
  it("A request reaches the file, the redirect or the server that it reaches on Cloudflare", async () => {
    const router = routerOf(one);
    const theirs: string[] = [];
    const own: string[] = [];
    try {
      for (const address of addresses) {
        for (const { method, headers } of requests) {
          // A browser's header that fetch() replaces, and miniflare puts back.
          const passed = { ...headers, "MF-Sec-Fetch-Mode": headers["Sec-Fetch-Mode"] ?? "cors" };
          const init = {
            method,
            headers: passed,
            redirect: "manual" as const,
            ...(method === "POST" && { body: "text" }),
          };
          const response = await router.dispatchFetch(`http://localhost${address}`, init);
          const text = await response.text();
          const location = response.headers.get("Location");
          const name = `${method} ${address} ${headers["Sec-Fetch-Mode"] ?? ""}`;
          theirs.push(`${name} ${response.status} ${location ?? text}`);
          own.push(`${name} ${ours(one, new Request(`http://localhost${address}`, { method, headers }))}`);
        }
      }
    } finally {
      await router.dispose();
    }
    expect(own).toEqual(theirs);
  }, 60_000);
});

describe("routes of Pages", () => {
  const routes = ["/", "/*", "/api", "/api/", "/api/*", "/api*", "/a.b/*", "/*.json", "/x/*/y", "/x/*/*/z*", "/api/*/"];
  const paths = [
    "/",
    "/api",
    "/api/",
    "/api/x",
    "/api/x/",
    "/api2",
    "/a.b",
    "/aXb/c",
    "/a.b/c",
    "/d.json",
    "/x/1/y",
    "/x/1/2/z",
  ];

  it.each(routes)("The route %s has the addresses that it has in wrangler's server", async (route) => {
    const source = await readFile(join(root, "node_modules/wrangler/templates/pages-dev-util.ts"), "utf8");
    const { code } = await transform(source, { loader: "ts", format: "esm" });
    const theirs = (await import(`data:text/javascript,${encodeURIComponent(code)}`)) as {
      isRoutingRuleMatch: (pathname: string, route: string) => boolean;
    };
    const body = new TextEncoder().encode(JSON.stringify({ version: 1, include: [route], exclude: [] }));
    const entry = { kind: "module", path: "_worker.js", isOfPages: true } as const;
    const rules = assetRulesOf(new Map(), entry, [{ address: "/_routes.json", body }]);
    if (rules === null) throw new Error("A project of Pages has rules.");
    const isServers = (path: string): boolean => {
      const request = new Request(`http://localhost${path}`);
      return routeAsset(request, path, { rules, has: () => false, hasServer: true }).kind === "server-first";
    };
    expect(paths.filter(isServers)).toEqual(paths.filter((path) => theirs.isRoutingRuleMatch(path, route)));
  });
});
