#!/usr/bin/env bash
# @cloudflare/worker-bundler 0.2.3 in workerd 1.20261102.1 by miniflare 5.20261102.0-beta: `wrangler.jsonc` with a trailing comma.
#
# It removes comments and parses the rest with `JSON.parse`. Wrangler and editors allow a trailing comma in this file, and many templates
# have one. The bundler then treats the whole configuration as empty, without a warning: it guesses `main` from usual names, and
# `compatibility_flags` such as `nodejs_compat` are lost.
#
# Seen: see the last lines.
# Way out: a `wrangler.toml`, or `entryPoint` and the flags given by hand.
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
import { copyFileSync, mkdirSync } from "node:fs";
import { builtinModules } from "node:module";
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

const config = (end) => `{
  // The entry.
  "main": "src/main.ts",
  "compatibility_flags": ["nodejs_compat"]${end}
}`;
for (const [name, end] of [["without", ""], ["with", ","]]) {
  const files = { "src/index.ts": 'console.log("index");', "src/main.ts": 'console.log("main");', "wrangler.jsonc": config(end) };
  const { code, warnings, wranglerConfig } = await bundle({ files });
  console.log(`${name}: ${code.trim().split("\n").at(-1)} ${JSON.stringify(wranglerConfig)} warnings: ${warnings.length}`);
}
await runtime.dispose();
JS
seen=$(node_modules/.bin/node run.mjs 2> /dev/null | grep -v '^\[worker-bundler')
echo "$seen"
[ "$seen" = 'without: console.log("main"); {"main":"src/main.ts","compatibilityFlags":["nodejs_compat"]} warnings: 0
with: console.log("index"); {} warnings: 0' ] || { echo "The behaviour has changed."; exit 1; }
