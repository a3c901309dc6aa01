#!/usr/bin/env bash
# @cloudflare/worker-bundler 0.2.3 in workerd 1.20261102.1 by miniflare 5.20261102.0-beta: a package that two others need in different versions.
#
# Packages are installed side by side, with one version per name: the first one requested. If a dependency needs another version, its range
# is ignored, and it gets that one without a warning. npm nests a second copy. A package written for b 1 runs with b 2, and fails or
# misbehaves only when it is called.
#
# Seen: see the last lines. Both are "two", and a needs b ^1.0.0.
# Way out: bundle with npm and another bundler before, where versions differ.
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
publish("b", "1.0.0", 'export const version = "one";');
publish("b", "2.0.0", 'export const version = "two";');
publish("a", "1.0.0", 'import { version } from "b"; export const ofDependency = version;', { b: "^1.0.0" });

const files = {
  "package.json": JSON.stringify({ dependencies: { a: "1.0.0", b: "^2.0.0" } }),
  "src/index.ts": 'import { ofDependency } from "a"; import { version } from "b"; console.log(version, ofDependency);',
};
const { code, warnings } = await bundle({ files, registry });
console.log(code.match(/var .*/g).join(" "));
console.log("warnings:", warnings.length);
await runtime.dispose();
server.close();
JS
seen=$(node_modules/.bin/node run.mjs 2> /dev/null | grep -v '^\[worker-bundler')
echo "$seen"
[ "$seen" = 'var version = "two"; var ofDependency = version;
warnings: 0' ] || { echo "The behaviour has changed."; exit 1; }
