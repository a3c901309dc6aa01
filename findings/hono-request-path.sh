#!/usr/bin/env bash
# hono 4.13.19, `c.req.path`.
#
# It is neither the path of the URL nor its decoded form: `%20` and `%C3%A9` are decoded, `%2F`, `%3F` and `%25` are not. As the `instance`
# of an RFC 9457 problem or in a `Location`, it is therefore not a URI reference, and a signature over it covers a different path.
#
# Seen: see the last lines.
# Way out: `new URL(c.req.url).pathname` (worker/http/middleware/problem.ts).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error hono@4.13.19 > /dev/null
cat > run.mjs <<'JS'
import { Hono } from "hono";

const app = new Hono().get("*", (c) => c.text(`${new URL(c.req.url).pathname} is ${c.req.path}`));
for (const path of ["/a%20b", "/caf%C3%A9", "/a%2Fb", "/a%3Fb", "/100%25"]) console.log(await (await app.request(path)).text());
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = '/a%20b is /a b
/caf%C3%A9 is /café
/a%2Fb is /a%2Fb
/a%3Fb is /a%3Fb
/100%25 is /100%25' ] || { echo "The behaviour has changed."; exit 1; }
