#!/usr/bin/env bash
# @cloudflare/codemode 0.5.6 in workerd 1.20261102.1 by miniflare 5.20261102.0-beta: `normalizeCode` and `DynamicWorkerExecutor`.
#
# Code that consists of one arrow function is placed between parentheses unchanged. With the semicolon that ends the statement, as Prettier
# prints it and models often write it, the program has a syntax error. `execute` then rejects, instead of returning an `error` as it does
# for code that fails.
#
# Seen: see the last lines.
# Way out: remove a last semicolon before `execute`.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error @cloudflare/codemode@0.5.6 esbuild@0.28.2 miniflare@5.20261102.0-beta node@24.21.0 > /dev/null
cat > worker.js <<'JS'
import { DynamicWorkerExecutor, normalizeCode } from "@cloudflare/codemode";

export default {
  async fetch(request, env) {
    const executor = new DynamicWorkerExecutor({ loader: env.LOADER });
    const lines = [];
    for (const code of ["async () => 1", "async () => 1;", "const n = 1;\nreturn n;"]) {
      const outcome = await executor.execute(code, []).then(
        ({ result }) => `result ${result}`,
        (error) => `rejected: ${error.message.split("\n")[1]}`,
      );
      lines.push(`${JSON.stringify(normalizeCode(code))}: ${outcome}`);
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
[ "$seen" = '"async () => 1": result 1
"async () => 1;": rejected: Uncaught SyntaxError: Unexpected token '"'"';'"'"'
"async () => {\nconst n = 1;\nreturn n;\n}": result 1' ] || { echo "The behaviour has changed."; exit 1; }
