#!/usr/bin/env bash
# @cloudflare/codemode 0.5.6 in workerd 1.20261102.1 by miniflare 5.20261102.0-beta: `generateTypesFromJsonSchema`, and the types of `createCodeTool`.
#
# The type of a list is the type of its items followed by `[]`, without parentheses. If the items are an `enum`, nullable or of several
# types, TypeScript reads `"admin" | "user"[]` as one "admin", or a list of "user". The model sees a type that excludes the lists which the
# schema accepts.
#
# Seen: see the last lines.
# Way out: a `types` of one's own for the provider.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error @cloudflare/codemode@0.5.6 esbuild@0.28.2 miniflare@5.20261102.0-beta node@24.21.0 > /dev/null
cat > worker.js <<'JS'
import { generateTypesFromJsonSchema } from "@cloudflare/codemode";

const list = (items) => ({ type: "array", items });
const properties = {
  roles: list({ type: "string", enum: ["admin", "user"] }),
  names: list({ type: ["string", "null"] }),
  keys: list({ anyOf: [{ type: "string" }, { type: "number" }] }),
  ids: list({ type: "number" }),
};
export default {
  fetch: () => new Response(generateTypesFromJsonSchema({ invite: { inputSchema: { type: "object", properties } } })),
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
for (const line of answer.split("\n")) if (/\?: /.test(line)) console.log(line.trim());
JS
seen=$(node_modules/.bin/node run.mjs)
echo "$seen"
[ "$seen" = 'roles?: "admin" | "user"[];
names?: string | null[];
keys?: string | number[];
ids?: number[];' ] || { echo "The behaviour has changed."; exit 1; }
