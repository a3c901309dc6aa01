#!/usr/bin/env bash
# hono 4.13.19: `hc`, the typed client, and a route with an optional parameter such as `/files/:name?`.
#
# A call that omits the optional parameter sends the pattern itself: it requests `/files/:name?`, and because `?` begins a query, the server
# sees the name ":name". The types allow the call. The expected request is `/files`.
#
# Seen: see the last lines.
# Way out: name the parameter, `{ param: { name: undefined } }`, or declare two routes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error hono@4.13.19 node@24.21.0 > /dev/null
cat > run.mjs <<'JS'
import { Hono } from "hono";
import { hc } from "hono/client";

const app = new Hono().get("/files/:name?", (c) => c.text(`${new URL(c.req.url).pathname}: ${c.req.param("name") ?? "no name"}`));
const client = hc("http://localhost", { fetch: (...request) => app.request(...request) });
const say = async (what, response) => console.log(`${what} ->`, await (await response).text());
await say("left out", client.files[":name?"].$get({ param: {} }));
await say("no argument", client.files[":name?"].$get());
await say("undefined", client.files[":name?"].$get({ param: { name: undefined } }));
await say("an empty text", client.files[":name?"].$get({ param: { name: "" } }));
await say("a name", client.files[":name?"].$get({ param: { name: "a.txt" } }));
JS
seen=$(node_modules/.bin/node run.mjs)
echo "$seen"
[ "$seen" = 'left out -> /files/:name: :name
no argument -> /files/:name: :name
undefined -> /files: no name
an empty text -> /files: no name
a name -> /files/a.txt: a.txt' ] || { echo "The behaviour has changed."; exit 1; }
