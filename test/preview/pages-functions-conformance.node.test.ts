// The same Pages functions, routed by the Worker that wrangler compiles them to and by ours.
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { afterAll, beforeAll, expect, it } from "vitest";
import { functionRoutes, functionsServer } from "../../preview/project/pages-functions.ts";

/** Answers with what a function is given. */
const says = (
  name: string,
) => `async (context) => new Response(["${name}", context.request.method, context.functionPath,
  JSON.stringify(context.params), JSON.stringify(context.data), Object.keys(context).sort().join()].join(" "))`;

const functions = {
  "functions/api/index.js": `export const onRequest = ${says("index")};`,
  "functions/api/hello.js": `export const onRequestGet = ${says("get")}; export const onRequestPost = ${says("post")};`,
  "functions/api/[name].js": `export const onRequest = ${says("name")};`,
  "functions/files/[[path]].js": `export const onRequest = ${says("files")};`,
  "functions/around/_middleware.js": `export const onRequest = [
    async (context) => {
      context.data.outer = [context.functionPath, context.params];
      const response = await context.next();
      return new Response("around(" + (await response.text()) + ")", response);
    },
    (context) => { context.data.inner = true; return context.next(); },
  ];`,
  "functions/around/deep/_middleware.js":
    "export const onRequestGet = (context) => { context.data.deep = true; return context.next(); };",
  "functions/around/deep/page.js": `export const onRequest = ${says("page")};`,
  "functions/around/pass.js": "export const onRequest = (context) => context.next();",
  "functions/around/[user]/posts/_middleware.js":
    "export const onRequest = (context) => { context.data.user = [context.functionPath, context.params]; return context.next(); };",
  "functions/around/[user]/posts/[id].js": `export const onRequest = ${says("post")};`,
  "functions/only/get.js": 'export const onRequestGet = () => new Response("got");',
  "functions/only/default.js": 'export default { fetch: () => new Response("default") };',
  "functions/only/elsewhere.js": 'export const onRequest = (context) => context.next("/data.json");',
  "functions/only/asset.js":
    'export const onRequest = (context) => context.env.ASSETS.fetch(new URL("/data.json", context.request.url));',
  "functions/only/index.js":
    'export const onRequest = async (context) => new Response("seen " + (await (await context.next()).text()));',
  "functions/many/[a]/[b]/c.js": `export const onRequest = ${says("many")};`,
  "functions/both/both.js": `export const onRequestGet = ${says("get")}; export const onRequest = ${says("any")};`,
  "functions/both/[[rest]].js": `export const onRequest = ${says("rest")};`,
};
const assets = { "data.json": '{"a":1}', "around/a.txt": "text", "only/index.html": "page", "api/hello": "hidden" };

const requests = [
  ...["/api", "/api/", "/api/hello", "/api/hello/", "/api/HELLO", "/API/hello", "/api/bob", "/api/a%20b", "/api/a%2Fb"],
  ...["/api/é", "/api/bob/x", "/files", "/files/", "/files/a", "/files/a/b", "/files/a%20b/c", "/files/a//b"],
  ...["/around", "/around/a.txt", "/around/deep/page", "/around/deep/none", "/around/pass", "/around/ada/posts/1"],
  ...["/around/ada/posts/", "/around/ada/posts/1/2", "/only/get", "/only/default", "/only/elsewhere", "/only/asset"],
  ...["/only/", "/many/1/2/c", "/many/1/2/c/d", "/both/both", "/both/other", "/both", "/both/both/deeper", "/nowhere"],
  ...["POST /api/hello", "PUT /api/hello", "HEAD /api/hello", "OPTIONS /api/hello", "POST /only/get"],
  ...["POST /around/deep/page", "POST /both/both", "HEAD /both/both", "HEAD /only/get"],
].map((one): [string, string] => (one.startsWith("/") ? ["GET", one] : (one.split(" ") as [string, string])));

const root = join(import.meta.dirname, "../..");
let folder: string;
let runtimes: { theirs: Miniflare; ours: Miniflare };

async function put(files: Record<string, string>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
}

const opened = async (script: string): Promise<Miniflare> =>
  new Miniflare(
    convertV4MiniflareOptions({
      modules: true,
      script: await readFile(join(folder, script), "utf8"),
      compatibilityDate: "2026-11-01",
      assets: {
        directory: join(folder, "public"),
        binding: "ASSETS",
        routerConfig: { has_user_worker: true, invoke_user_worker_ahead_of_assets: true },
      },
    }),
  );

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "edgesmith-functions-"));
  await put(functions);
  await put(Object.fromEntries(Object.entries(assets).map(([path, content]) => [`public/${path}`, content])));
  await put({ "ours.js": functionsServer(new Map(Object.entries(functions)), (path) => `./${path}`) ?? "" });
  const wrangler = join(root, "node_modules/wrangler/bin/wrangler.js");
  const options = ["--outdir", "theirs", "--output-routes-path", "routes.json", "--compatibility-date", "2026-11-01"];
  await promisify(execFile)(process.execPath, [wrangler, "pages", "functions", "build", "functions", ...options], {
    cwd: folder,
    env: { ...process.env, WRANGLER_SEND_METRICS: "false", WRANGLER_LOG_PATH: join(folder, "logs") },
  });
  await build({
    entryPoints: [join(folder, "ours.js")],
    outfile: join(folder, "built.js"),
    bundle: true,
    format: "esm",
    logLevel: "silent",
  });
  runtimes = { theirs: await opened("theirs/index.js"), ours: await opened("built.js") };
}, 120_000);

afterAll(async () => {
  await Promise.all([runtimes.theirs.dispose(), runtimes.ours.dispose()]);
  await rm(folder, { recursive: true });
});

async function answerOf(runtime: Miniflare, method: string, address: string): Promise<string> {
  const body = method === "POST" || method === "PUT" ? { body: "text" } : {};
  const response = await runtime.dispatchFetch(`http://localhost${address}`, { method, redirect: "manual", ...body });
  return `${response.status} ${await response.text()}`;
}

it.each(requests)(
  "The request %s %s reaches the function that it reaches on Cloudflare Pages",
  async (method, address) => {
    expect(await answerOf(runtimes.ours, method, address)).toBe(await answerOf(runtimes.theirs, method, address));
  },
);

it("Functions precede the static files where wrangler's routes send requests to them", async () => {
  const { include }: { include: string[] } = JSON.parse(await readFile(join(folder, "routes.json"), "utf8"));
  const matches = (pattern: string, path: string) =>
    pattern.endsWith("/*") ? path === pattern.slice(0, -2) || path.startsWith(pattern.slice(0, -1)) : path === pattern;
  const isIncluded = (patterns: string[]) => (path: string) => patterns.some((one) => matches(one, path));
  // wrangler has no route for a file without a handler; ours passes its requests on to the files.
  const paths = [...new Set(requests.map(([, address]) => address.replace(/(.)\/$/, "$1")))].filter(
    (path) => path !== "/only/default",
  );
  const ours = functionRoutes(new Map(Object.entries(functions)));
  expect(paths.filter(isIncluded(ours))).toEqual(paths.filter(isIncluded(include)));
});
