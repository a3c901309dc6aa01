#!/usr/bin/env bash
# @cloudflare/codemode 0.5.6 in workerd 1.20261102.1 by miniflare 5.20261102.0-beta: `generateTypesFromJsonSchema`, and the types of `createCodeTool`.
#
# A tool's types are named after the tool in PascalCase. Tools whose names differ only in style, such as `get_user` and `getUser`, or
# `list-items` and `listItems` from two servers, share one name for two types, and both methods are declared with it. The executor refuses
# names that collide as methods, but these do not collide. So nothing fails, and the model reads two contradictory types.
#
# Seen: see the last lines.
# Way out: a provider (a namespace) for each server.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error @cloudflare/codemode@0.5.6 esbuild@0.28.2 miniflare@5.20261102.0-beta node@24.21.0 > /dev/null
cat > worker.js <<'JS'
import { generateTypesFromJsonSchema } from "@cloudflare/codemode";

const tool = (name) => ({ inputSchema: { type: "object", properties: { [name]: { type: "string" } }, required: [name] } });
export default {
  fetch: () => new Response(generateTypesFromJsonSchema({ get_user: tool("id"), getUser: tool("email") })),
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
for (const line of answer.split("\n")) if (/Input|: string/.test(line)) console.log(line.trim());
JS
seen=$(node_modules/.bin/node run.mjs)
echo "$seen"
[ "$seen" = 'type GetUserInput = {
id: string;
type GetUserInput = {
email: string;
get_user: (input: GetUserInput) => Promise<GetUserOutput>;
getUser: (input: GetUserInput) => Promise<GetUserOutput>;' ] || { echo "The behaviour has changed."; exit 1; }
