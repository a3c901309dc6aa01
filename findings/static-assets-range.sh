#!/usr/bin/env bash
# Workers static assets by miniflare 5.20261102.0-beta, a request with `Range`.
#
# The response is 200 with the whole file, without `Accept-Ranges`. Safari plays no video or audio from such a server: it requests two bytes
# first and gives up if the response is not 206. Other browsers play, but cannot seek until they have read everything. The same response
# also loses the `Cache-Control` that it has without `Range`.
#
# Seen: see the last lines.
# Way out: cut the range out of the asset in the Worker (preview/app/serve-app.ts), or keep media in R2.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error miniflare@5.20261102.0-beta node@24.21.0 > /dev/null
cat > run.mjs <<'JS'
import { mkdirSync, writeFileSync } from "node:fs";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";

mkdirSync("public");
writeFileSync("public/sound.mp3", "0123456789");
const runtime = new Miniflare(
  convertV4MiniflareOptions({
    modules: true,
    script: "export default { fetch: (request, env) => env.ASSETS.fetch(request) };",
    compatibilityDate: "2026-11-01",
    assets: { directory: "public", binding: "ASSETS" },
  }),
);
for (const headers of [{}, { Range: "bytes=0-1" }]) {
  const answer = await runtime.dispatchFetch("http://localhost/sound.mp3", { headers });
  const [range, caching] = ["Accept-Ranges", "Cache-Control"].map((name) => answer.headers.get(name));
  console.log(`${headers.Range ?? "no range"}: ${answer.status} ${(await answer.text()).length} bytes, ${range}, ${caching}`);
}
await runtime.dispose();
JS
seen=$(node_modules/.bin/node run.mjs)
echo "$seen"
[ "$seen" = 'no range: 200 10 bytes, null, public, max-age=0, must-revalidate
bytes=0-1: 200 10 bytes, null, null' ] || { echo "The behaviour has changed."; exit 1; }
