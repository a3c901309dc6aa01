#!/usr/bin/env bash
# R2 by miniflare 5.20261102.0-beta: `object.range` of `bucket.get(key, { range })`.
#
# It is present even if no range was requested, `{ offset: 0, length: size }`, so `status: object.range ? 206 : 200` answers each plain
# request with a 206 without Content-Range. A `Headers` with a Range that begins beyond the end, has several parts or uses another unit
# returns the whole object in the same form, while the same range as numbers throws. The usual `request.headers.has("range") ? 206 : 200`
# then labels the complete object as a part. In addition, a Blob is stored without its type.
#
# Seen: see the last lines.
# Way out: 206 and Content-Range only where Range was asked for and `object.range` is less than the whole (preview/files/signed-file.ts).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error miniflare@5.20261102.0-beta node@24.21.0 > /dev/null
cat > run.mjs <<'JS'
import { convertV4MiniflareOptions, Miniflare } from "miniflare";

const script = `export default {
  async fetch(request, { FILES }) {
    await FILES.put("song", new Blob(["hello"], { type: "audio/mpeg" }));
    const lines = ["type: " + (await FILES.head("song")).httpMetadata.contentType];
    const asked = {
      nothing: {},
      "bytes=1-2": { range: new Headers({ range: "bytes=1-2" }) },
      "bytes=9-": { range: new Headers({ range: "bytes=9-" }) },
      "bytes=0-1,3-4": { range: new Headers({ range: "bytes=0-1,3-4" }) },
      "items=0-1": { range: new Headers({ range: "items=0-1" }) },
      "offset 9": { range: { offset: 9 } },
    };
    for (const [name, options] of Object.entries(asked)) {
      const read = async () => {
        const object = await FILES.get("song", options);
        return JSON.stringify(object.range) + " " + (await object.text());
      };
      lines.push(name + ": " + (await read().catch((error) => error.message)));
    }
    return new Response(lines.join("\\n"));
  },
};`;
const runtime = new Miniflare(
  convertV4MiniflareOptions({ modules: true, script, compatibilityDate: "2026-11-01", r2Buckets: ["FILES"] }),
);
console.log(await (await runtime.dispatchFetch("http://localhost/")).text());
await runtime.dispose();
JS
seen=$(node_modules/.bin/node run.mjs)
echo "$seen"
[ "$seen" = 'type: undefined
nothing: {"offset":0,"length":5} hello
bytes=1-2: {"offset":1,"length":2} el
bytes=9-: {"offset":0,"length":5} hello
bytes=0-1,3-4: {"offset":0,"length":5} hello
items=0-1: {"offset":0,"length":5} hello
offset 9: get: The requested range is not satisfiable (10039)' ] || { echo "The behaviour has changed."; exit 1; }
