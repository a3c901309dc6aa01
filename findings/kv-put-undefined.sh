#!/usr/bin/env bash
# workerd 1.20261102.1 by miniflare 5.20261102.0-beta: `put` of Workers KV with no value.
#
# `undefined` and `null` are stored as the texts "undefined" and "null", while an object causes an error. A missing value,
# `KV.put(key, settings.theme)`, later reads as a truthy string, and `get(key, "json")` on it throws or returns null. R2 treats the same two
# as an empty object.
#
# Seen: see the last lines.
# Way out: check the value, or store JSON: JSON.stringify(value ?? null).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error miniflare@5.20261102.0-beta node@24.21.0 > /dev/null
cat > run.mjs <<'JS'
import { convertV4MiniflareOptions, Miniflare } from "miniflare";

const script = `export default {
  async fetch(request, env) {
    const lines = [];
    for (const value of [undefined, null, {}]) {
      const stored = await env.KV.put("key", value).then(() => env.KV.get("key"), ({ name }) => name);
      const object = await env.R2.put("key", value).then(async () => JSON.stringify(await (await env.R2.get("key")).text()), ({ name }) => name);
      lines.push(JSON.stringify(value) + ": KV " + stored + ", R2 " + object);
    }
    return new Response(lines.join("\\n"));
  },
};`;
const runtime = new Miniflare(convertV4MiniflareOptions({ modules: true, script, compatibilityDate: "2026-11-01", kvNamespaces: ["KV"], r2Buckets: ["R2"] }));
console.log(await (await runtime.dispatchFetch("http://localhost/")).text());
await runtime.dispose();
JS
seen=$(node_modules/.bin/node run.mjs)
echo "$seen"
[ "$seen" = 'undefined: KV undefined, R2 ""
null: KV null, R2 ""
{}: KV TypeError, R2 TypeError' ] || { echo "The behaviour has changed."; exit 1; }
