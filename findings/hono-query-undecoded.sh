#!/usr/bin/env bash
# hono 4.13.19, `c.req.query()`.
#
# A run of percent-encoded bytes that is not UTF-8 stays completely encoded, including its valid characters, without an error. A handler
# cannot distinguish it from the same text sent encoded: `?q=%ff` and `?q=%25ff` are both `%ff`. An ISO-8859-1 form, as old pages send it,
# thus searches for words that nobody wrote. `URLSearchParams` returns U+FFFD for such bytes.
#
# Seen: see the last lines.
# Way out: refuse the request where `decodeURIComponent` throws for the whole query (worker/http/middleware/url-encoding.ts).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error hono@4.13.19 > /dev/null
cat > run.mjs <<'JS'
import { Hono } from "hono";

const app = new Hono().get("/", (c) => c.text(c.req.query("q")));
for (const q of ["caf%C3%A9", "caf%E9", "%C3%A9%E9", "%25E9"]) console.log(`${q} is ${await (await app.request(`/?q=${q}`)).text()}`);
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = 'caf%C3%A9 is café
caf%E9 is caf%E9
%C3%A9%E9 is %C3%A9%E9
%25E9 is %E9' ] || { echo "The behaviour has changed."; exit 1; }
