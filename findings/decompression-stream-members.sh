#!/usr/bin/env bash
# workerd 1.20261102.1 by miniflare 5.20261102.0-beta, and Node 24.21.0: `DecompressionStream("gzip")`.
#
# A gzip file may contain several consecutive members (RFC 1952, 2.2), as `cat a.gz b.gz` writes them, and may be padded with zeros, as
# tapes and `dd` leave it. gunzip, tar and node:zlib read all members and ignore the zeros. The web stream returns the first member and then
# fails, so a valid .tar.gz seems damaged at its end. With a compatibility date before 2023-08-01, workerd does not fail: it silently drops
# the other members.
#
# Seen: see the last lines.
# Way out: `createGunzip` of node:zlib, which workerd has with nodejs_compat.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error miniflare@5.20261102.0-beta node@24.21.0 > /dev/null
cat > run.mjs <<'JS'
import { gzipSync } from "node:zlib";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";

const members = [gzipSync("first, "), gzipSync("second")];
const files = { members: Buffer.concat(members), padded: Buffer.concat([members[0], Buffer.alloc(512)]) };
const reading = `async (bytes) => {
  const stream = new Response(bytes).body.pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).text().then(JSON.stringify, () => "fails");
}`;
const script = (zlib) => `${zlib ? 'import { gunzipSync } from "node:zlib";' : ""}
const read = ${reading};
export default {
  async fetch(request) {
    const bytes = await request.arrayBuffer();
    const zlib = ${zlib ? "JSON.stringify(gunzipSync(bytes).toString())" : '"none"'};
    return new Response((await read(bytes)) + ", node:zlib " + zlib);
  },
};`;
for (const compatibilityDate of ["2026-11-01", "2023-07-31"]) {
  const isNew = compatibilityDate > "2024";
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      modules: true,
      script: script(isNew),
      compatibilityDate,
      compatibilityFlags: isNew ? ["nodejs_compat"] : [],
    }),
  );
  for (const [name, body] of Object.entries(files)) {
    const answer = await miniflare.dispatchFetch("http://localhost/", { method: "POST", body });
    console.log(`workerd ${compatibilityDate}, ${name}: ${await answer.text()}`);
  }
  await miniflare.dispose();
}
const read = (0, eval)(reading);
for (const [name, body] of Object.entries(files)) console.log(`node, ${name}: ${await read(body)}`);
JS
seen=$(node_modules/.bin/node run.mjs)
echo "$seen"
[ "$seen" = 'workerd 2026-11-01, members: fails, node:zlib "first, second"
workerd 2026-11-01, padded: fails, node:zlib "first, "
workerd 2023-07-31, members: "first, ", node:zlib none
workerd 2023-07-31, padded: "first, ", node:zlib none
node, members: fails
node, padded: fails' ] || { echo "The behaviour has changed."; exit 1; }
