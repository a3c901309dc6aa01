#!/usr/bin/env bash
# @cloudflare/worker-bundler 0.2.3 in workerd 1.20261102.1 by miniflare 5.20261102.0-beta: an empty file of a package.
#
# Unpacking a package omits files of zero bytes. Packages contain such files: a types-only entry, a stub for one platform, or a marker whose
# import is the message (`client-only`). The bundle keeps the import of such a file as an external module, without a warning, and the Worker
# does not start: "No such module".
#
# Seen: see the last lines.
# Way out: `virtualModules` with an empty text for that specifier.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error @cloudflare/worker-bundler@0.2.3 esbuild@0.28.2 miniflare@5.20261102.0-beta node@24.21.0 > /dev/null
cat > worker.js <<'JS'
import { createWorker } from "@cloudflare/worker-bundler";

export default {
  async fetch(request) {
    const { mainModule, modules, warnings = [], wranglerConfig } = await createWorker(await request.json());
    return Response.json({ code: modules[mainModule], warnings, wranglerConfig });
  },
};
JS
cat > run.mjs <<'JS'
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { builtinModules } from "node:module";
import { join } from "node:path";
import { build } from "esbuild";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";

mkdirSync("out");
copyFileSync("node_modules/@cloudflare/worker-bundler/dist/esbuild.wasm", "out/esbuild.wasm");
await build({
  entryPoints: ["worker.js"],
  outfile: "out/out.js",
  bundle: true,
  format: "esm",
  platform: "neutral",
  target: "es2024",
  mainFields: ["module", "main"],
  conditions: ["workerd", "worker", "browser"],
  external: ["cloudflare:*", "node:*", "*.wasm", ...builtinModules],
  banner: { js: 'import { createRequire } from "node:module"; const require = createRequire("/");' },
  logLevel: "error",
});
const modules = [
  { type: "ESModule", path: "out/out.js" },
  { type: "CompiledWasm", path: "out/esbuild.wasm" },
];
const runtime = new Miniflare(
  convertV4MiniflareOptions({
    modules,
    modulesRoot: "out",
    compatibilityDate: "2026-11-01",
    compatibilityFlags: ["nodejs_compat"],
  }),
);
async function bundle(options) {
  const request = { method: "POST", body: JSON.stringify(options) };
  return (await runtime.dispatchFetch("http://localhost/", request)).json();
}

const packages = new Map();
function publish(name, version, content, dependencies = {}) {
  const path = join(name, version);
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, "package.json"), JSON.stringify({ name, version, type: "module", main: "index.js", dependencies }));
  writeFileSync(join(path, "index.js"), content);
  execFileSync("npm", ["pack", "--silent"], { cwd: path });
  packages.set(`/${name}/${version}.tgz`, readFileSync(join(path, `${name}-${version}.tgz`)));
  const metadata = packages.get(`/${name}`) ?? { name, "dist-tags": { latest: version }, versions: {} };
  metadata.versions[version] = { name, version, dependencies, dist: { tarball: `${registry}/${name}/${version}.tgz` } };
  packages.set(`/${name}`, metadata);
}
const server = createServer((request, response) => {
  const found = packages.get(request.url);
  response.end(Buffer.isBuffer(found) ? found : JSON.stringify(found));
});
await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
const registry = `http://127.0.0.1:${server.address().port}`;
publish("marker", "1.0.0", "");
publish("full", "1.0.0", "globalThis.full = true;");

for (const name of ["full", "marker"]) {
  const files = {
    "package.json": JSON.stringify({ dependencies: { [name]: "1.0.0" } }),
    "src/index.ts": `import "${name}";`,
  };
  const { code, warnings } = await bundle({ files, registry });
  console.log(`${name}: ${code.trim().split("\n").at(-1)} warnings: ${warnings.length}`);
}
await runtime.dispose();
server.close();
JS
seen=$(node_modules/.bin/node run.mjs 2> /dev/null | grep -v '^\[worker-bundler')
echo "$seen"
[ "$seen" = 'full: globalThis.full = true; warnings: 0
marker: import "marker"; warnings: 0' ] || { echo "The behaviour has changed."; exit 1; }
