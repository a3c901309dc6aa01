#!/usr/bin/env bash
# @cloudflare/codemode 0.5.6 in workerd 1.20261102.1 by miniflare 5.20261102.0-beta: a tool's result in the sandbox.
#
# A replacer in `JSON.stringify` transfers bytes to the sandbox as bytes. A `Buffer` has a `toJSON`, which runs before the replacer. So the
# bytes that Node-compatible code returns (`Buffer.from`, `fs`, `node:crypto`) arrive as `{ type: "Buffer", data: [...] }`: an object
# without `length`, four times as long.
#
# Seen: see the last lines.
# Way out: `new Uint8Array(buffer)` at the end of the tool.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error @cloudflare/codemode@0.5.6 esbuild@0.28.2 miniflare@5.20261102.0-beta node@24.21.0 > /dev/null
cat > worker.js <<'JS'
import { DynamicWorkerExecutor } from "@cloudflare/codemode";

const fns = { bytes: async () => new Uint8Array([104, 105]), buffer: async () => Buffer.from("hi") };
const code = (name) => `async () => {
  const value = await codemode.${name}();
  return [value instanceof Uint8Array, value.length ?? "no length", JSON.stringify(value)];
}`;
export default {
  async fetch(request, env) {
    const executor = new DynamicWorkerExecutor({ loader: env.LOADER });
    const lines = [];
    for (const name of Object.keys(fns)) {
      const { result } = await executor.execute(code(name), [{ name: "codemode", fns }]);
      lines.push(`${name}: ${result.join(", ")}`);
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
[ "$seen" = 'bytes: true, 2, {"0":104,"1":105}
buffer: false, no length, {"type":"Buffer","data":[104,105]}' ] || { echo "The behaviour has changed."; exit 1; }
