#!/usr/bin/env bash
# @cloudflare/codemode 0.5.6 in workerd 1.20261102.1 by miniflare 5.20261102.0-beta: `DynamicWorkerExecutor`.
#
# The executor detects a failure by the message of the thrown value. A thrown string, a promise rejected with a string and an error without
# a message have none. The result then looks like that of code that returned nothing, without `error`, and `createCodeTool` gives it to the
# model as a success. The same applies to tools: after one that threw an error without a message, the code continues with `undefined`.
# Models write `throw "not found"`.
#
# Seen: see the last lines.
# Way out: ask for errors with a message in the description, and treat a missing result as a failure where the code should return one.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error @cloudflare/codemode@0.5.6 esbuild@0.28.2 miniflare@5.20261102.0-beta node@24.21.0 > /dev/null
cat > worker.js <<'JS'
import { DynamicWorkerExecutor } from "@cloudflare/codemode";

const programs = {
  "an error": 'async () => { throw new Error("not found"); }',
  "a text": 'async () => { throw "not found"; }',
  "a rejection": 'async () => Promise.reject("not found")',
  "an error without a message": "async () => { throw new RangeError(); }",
  "a tool that fails": 'async () => { await codemode.read({}); return "continued"; }',
};
const read = async () => {
  throw new RangeError();
};
export default {
  async fetch(request, env) {
    const executor = new DynamicWorkerExecutor({ loader: env.LOADER });
    const lines = [];
    for (const [name, code] of Object.entries(programs)) {
      const { result, error } = await executor.execute(code, [{ name: "codemode", fns: { read } }]);
      lines.push(`${name}: ${JSON.stringify({ result, error })}`);
    }
    return new Response(lines.join("\n"));
  },
};
JS
cat > run.mjs <<'JS'
import { builtinModules } from "node:module";
import { readFileSync } from "node:fs";
import { build } from "esbuild";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";

await build({
  entryPoints: ["worker.js"],
  outfile: "out.js",
  bundle: true,
  format: "esm",
  platform: "neutral",
  target: "es2024",
  mainFields: ["module", "main"],
  conditions: ["workerd", "worker", "browser"],
  external: ["cloudflare:*", "node:*", ...builtinModules],
  banner: { js: 'import { createRequire } from "node:module"; const require = createRequire("/");' },
  logLevel: "error",
});
const runtime = new Miniflare(
  convertV4MiniflareOptions({
    modules: true,
    script: readFileSync("out.js", "utf8"),
    compatibilityDate: "2026-11-01",
    compatibilityFlags: ["nodejs_compat"],
    workerLoaders: { LOADER: {} },
  }),
);
const answer = await (await runtime.dispatchFetch("http://localhost/")).text();
await runtime.dispose();
console.log(answer);
JS
seen=$(node_modules/.bin/node run.mjs)
echo "$seen"
[ "$seen" = 'an error: {"error":"not found"}
a text: {}
a rejection: {}
an error without a message: {}
a tool that fails: {"result":"continued"}' ] || { echo "The behaviour has changed."; exit 1; }
