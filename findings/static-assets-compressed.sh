#!/usr/bin/env bash
# Workers static assets by miniflare 5.20261102.0-beta: files compressed before deployment.
#
# A rule `Content-Encoding: gzip` in `_headers`, which other hosts require for the `.gz` files of game engines and WebAssembly, does not
# declare the file as compressed but makes the runtime compress it again. A browser decodes it once, and the program gets gzip instead of
# its data. A response that a Worker creates with that header is also compressed again.
#
# Seen: see the last lines.
# Way out: deploy such files uncompressed; in a Worker, `new Response(bytes, { headers, encodeBody: "manual" })` (preview/app/serve-app.ts).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error miniflare@5.20261102.0-beta node@24.21.0 > /dev/null
cat > run.mjs <<'JS'
import { mkdirSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";

const packed = gzipSync("the data");
mkdirSync("public");
writeFileSync("public/data.gz", packed);
writeFileSync("public/_headers", "/data.gz\n  Content-Encoding: gzip\n");
const script = `const packed = Uint8Array.from(${JSON.stringify([...packed])});
export default {
  fetch(request) {
    const encodeBody = new URL(request.url).pathname.slice(1);
    return new Response(packed, { headers: { "Content-Encoding": "gzip" }, encodeBody });
  },
};`;
const runtime = new Miniflare(
  convertV4MiniflareOptions({ modules: true, script, compatibilityDate: "2026-11-01", assets: { directory: "public", binding: "ASSETS", routerConfig: { has_user_worker: true } } }),
);

/** Returns a response as a browser reads it, decoded once. */
const read = async (path) => {
  try {
    const bytes = Buffer.from(await (await runtime.dispatchFetch(new URL(path, "http://localhost"))).arrayBuffer());
    return bytes.toString("hex").startsWith("1f8b") ? "compressed still" : bytes.toString() || "nothing";
  } catch (error) {
    return error.message;
  }
};
console.log(`asset: ${await read("/data.gz")}`);
console.log(`Worker, automatic: ${await read("/automatic")}`);
console.log(`Worker, manual: ${await read("/manual")}`);
await runtime.dispose();
JS
seen=$(node_modules/.bin/node run.mjs)
echo "$seen"
[ "$seen" = 'asset: compressed still
Worker, automatic: compressed still
Worker, manual: the data' ] || { echo "The behaviour has changed."; exit 1; }
