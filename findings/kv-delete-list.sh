#!/usr/bin/env bash
# workerd 1.20261102.1 by miniflare 5.20261102.0-beta: `delete` of Workers KV with a list of keys.
#
# `get` takes a list of keys, and so does R2's `delete`. KV's `delete` converts the list to one string, "a,b", and silently deletes the key
# of that name. The keys in the list remain, and a key with commas in its name may disappear.
#
# Seen: see the last lines.
# Way out: await Promise.all(keys.map((key) => KV.delete(key))).
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
    for (const key of ["a", "b", "a,b"]) await Promise.all([env.KV.put(key, "value"), env.R2.put(key, "value")]);
    await Promise.all([env.KV.delete(["a", "b"]), env.R2.delete(["a", "b"])]);
    lines.push("KV has " + (await env.KV.list()).keys.map(({ name }) => JSON.stringify(name)).join(" "));
    lines.push("R2 has " + (await env.R2.list()).objects.map(({ key }) => JSON.stringify(key)).join(" "));
    return new Response(lines.join("\\n"));
  },
};`;
const runtime = new Miniflare(convertV4MiniflareOptions({ modules: true, script, compatibilityDate: "2026-11-01", kvNamespaces: ["KV"], r2Buckets: ["R2"] }));
console.log(await (await runtime.dispatchFetch("http://localhost/")).text());
await runtime.dispose();
JS
seen=$(node_modules/.bin/node run.mjs)
echo "$seen"
[ "$seen" = 'KV has "a" "b"
R2 has "a,b"' ] || { echo "The behaviour has changed."; exit 1; }
