#!/usr/bin/env bash
# openapi-fetch 0.17.0: request values that it loses without an error.
#
# A Date in a query counts as an object without properties and is omitted, although schemas have `date-time` parameters; an empty part
# between two ampersands remains. A Blob, a File, a Uint8Array's buffer or URLSearchParams as the body becomes `{}` with the type
# application/json, because only FormData passes through unchanged. The list `[null, "b"]` turns null into an empty part.
#
# Seen: see the last lines.
# Way out: `date.toISOString()`, and `bodySerializer: (body) => body` for each upload, with a Content-Type of one's own.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error openapi-fetch@0.17.0 > /dev/null
cat > run.mjs <<'JS'
import createClient from "openapi-fetch";

let sent;
const client = createClient({
  baseUrl: "http://api.example",
  fetch(request) {
    sent = request;
    return Promise.resolve(new Response("{}"));
  },
});
await client.GET("/runs", { params: { query: { since: new Date(0), limit: 5, tags: [null, "b"] } } });
console.log(sent.url);
const bodies = {
  Blob: new Blob(["a,b"], { type: "text/csv" }),
  ArrayBuffer: new Uint8Array([1, 2]).buffer,
  URLSearchParams: new URLSearchParams({ a: "1" }),
};
for (const [name, body] of Object.entries(bodies)) {
  await client.POST("/files", { body });
  console.log(`${name}: ${sent.headers.get("content-type")} ${await sent.text()}`);
}
await client.POST("/files", { body: bodies.Blob, bodySerializer: (body) => body });
console.log(`with a serializer: ${sent.headers.get("content-type")} ${await sent.text()}`);
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = 'http://api.example/runs?&limit=5&&tags=b
Blob: application/json {}
ArrayBuffer: application/json {}
URLSearchParams: application/json {}
with a serializer: application/json a,b' ] || { echo "The behaviour has changed."; exit 1; }
