#!/usr/bin/env bash
# @cloudflare/codemode 0.5.6 in workerd 1.20261102.1 by miniflare 5.20261102.0-beta: `createCodeTool` of its `/ai` entry.
#
# `String.prototype.replace` replaces `{{types}}` with the types and descriptions of the tools, and interprets `$` in them: `$$` arrives as
# `$`, and `$&` as `{{types}}`. The model gets a wrong description of a tool that renders formulas between `$$`, or that takes a pattern for
# a replacement.
#
# Seen: see the last lines.
# Way out: double each `$` in descriptions.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error @cloudflare/codemode@0.5.6 ai@7.0.173 zod@4.6.7 esbuild@0.28.2 miniflare@5.20261102.0-beta node@24.21.0 > /dev/null
cat > worker.js <<'JS'
import { createCodeTool } from "@cloudflare/codemode/ai";
import { tool } from "ai";
import { z } from "zod";

const tools = {
  render: tool({ description: "Formulas stand between $$ and $$.", inputSchema: z.object({}), execute: async () => 1 }),
  rename: tool({ description: "In the new name, $& is the old one.", inputSchema: z.object({}), execute: async () => 1 }),
};
export default { fetch: () => new Response(createCodeTool({ tools, executor: {} }).description) };
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
for (const line of answer.split("\n")) if (/ \* /.test(line)) console.log(line.trim());
JS
seen=$(node_modules/.bin/node run.mjs)
echo "$seen"
[ "$seen" = '* Formulas stand between $ and $.
* In the new name, {{types}} is the old one.' ] || { echo "The behaviour has changed."; exit 1; }
