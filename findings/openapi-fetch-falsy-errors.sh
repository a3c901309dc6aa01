#!/usr/bin/env bash
# openapi-fetch 0.17.0 (typed client of an OpenAPI document): `const { data, error } = await client.GET(…)`.
#
# `error` is the body of an unsuccessful response, and the types make `if (error)` the natural check. A failure without a body, as proxies
# and load balancers send it, has the error "" or, with Content-Length: 0, undefined. A failure whose body is JSON null has null. All of
# them pass the check, with `data` undefined and no exception. A 304 is one of them.
#
# Seen: see the last lines.
# Way out: `response.ok`, or `"error" in result`, which is true in each case (frontend/src/api/client.ts).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error openapi-fetch@0.17.0 > /dev/null
cat > run.mjs <<'JS'
import createClient from "openapi-fetch";

const json = { "content-type": "application/json" };
const responses = {
  "503 without a body": new Response(null, { status: 503 }),
  "503 with Content-Length: 0": new Response(null, { status: 503, headers: { "content-length": "0" } }),
  "400 with null": new Response("null", { status: 400, headers: json }),
  304: new Response(null, { status: 304 }),
  "404 with a problem": new Response('{"title":"Not found"}', { status: 404, headers: json }),
};
for (const [name, response] of Object.entries(responses)) {
  const client = createClient({ baseUrl: "http://api.example", fetch: () => Promise.resolve(response) });
  const result = await client.GET("/items");
  const { data, error } = result;
  console.log(`${name}: error ${JSON.stringify(error)}, data ${data}, ${error ? "seen" : "passes"}, in ${"error" in result}`);
}
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = '304: error "", data undefined, passes, in true
503 without a body: error "", data undefined, passes, in true
503 with Content-Length: 0: error undefined, data undefined, passes, in true
400 with null: error null, data undefined, passes, in true
404 with a problem: error {"title":"Not found"}, data undefined, seen, in true' ] || { echo "The behaviour has changed."; exit 1; }
