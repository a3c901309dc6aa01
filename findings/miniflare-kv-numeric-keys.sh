#!/usr/bin/env bash
# miniflare 4.20260730.0 (Workers KV locally): get() with several keys omits a stored key of digits, such as "7": the returned Map has
# neither the key nor null for it. get("7") alone returns the value. Cloudflare documents an entry for each key, null for those that do not
# exist.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"private":true,"type":"module"}' > package.json
npm install --silent --no-audit --no-fund --save-exact miniflare@4.20260730.0 node@24.21.0 > /dev/null

cat > try.mjs <<'JS'
import { Miniflare } from "miniflare";

const script = `export default {
  async fetch(request, { KV }) {
    for (const key of ["b", "7", "a"]) await KV.put(key, "value of " + key);
    const many = await KV.get(["b", "7", "a", "none"]);
    return Response.json({ alone: await KV.get("7"), many: [...many] });
  },
};`;
const runtime = new Miniflare({ modules: true, compatibilityDate: "2026-07-30", kvNamespaces: ["KV"], script });
const answer = await runtime.dispatchFetch("http://worker.invalid/");
console.log(await answer.text());
await runtime.dispose();
JS
seen=$(node_modules/.bin/node try.mjs)
echo "$seen"
[ "$seen" = '{"alone":"value of 7","many":[["b","value of b"],["a","value of a"],["none",null]]}' ] ||
  { echo "The behaviour has changed."; exit 1; }
