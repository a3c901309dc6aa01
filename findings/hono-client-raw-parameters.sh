#!/usr/bin/env bash
# hono 4.13.19: `hc`, the typed client, and the contents of a path parameter.
#
# The client inserts a parameter into the path unchanged, but encodes a query. A file name with "?", "#", "/" or "%" requests something
# else: "a?b" the file "a" with the query "b", "a#b" only "a", "a/b" a missing route, "50%25" the file "50%". No error reports it. `$url()`
# does the same.
#
# Seen: see the last lines.
# Way out: `{ param: { name: encodeURIComponent(name) } }`; the server decodes it.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error hono@4.13.19 node@24.21.0 > /dev/null
cat > run.mjs <<'JS'
import { Hono } from "hono";
import { hc } from "hono/client";

const app = new Hono().get("/files/:name", (c) => c.text(`the file ${c.req.param("name")}`));
const client = hc("http://localhost", { fetch: (...request) => app.request(...request) });
const get = async (name) => (await client.files[":name"].$get({ param: { name } })).text();
for (const name of ["a b", "a?b", "a#b", "a/b", "50%25"]) {
  console.log(`${name} -> ${await get(name)}; encoded -> ${await get(encodeURIComponent(name))}`);
}
console.log(client.files[":name"].$url({ param: { name: "a?b" } }).href);
JS
seen=$(node_modules/.bin/node run.mjs)
echo "$seen"
[ "$seen" = 'a b -> the file a b; encoded -> the file a b
a?b -> the file a; encoded -> the file a?b
a#b -> the file a; encoded -> the file a#b
a/b -> 404 Not Found; encoded -> the file a/b
50%25 -> the file 50%; encoded -> the file 50%25
http://localhost/files/a?b' ] || { echo "The behaviour has changed."; exit 1; }
