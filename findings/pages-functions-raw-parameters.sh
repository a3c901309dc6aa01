#!/usr/bin/env bash
# wrangler 4.156.2: parameters of Cloudflare Pages functions, in the Worker that it compiles them to.
#
# They are parts of the URL's path, not decoded: `/people/Ada%20L` gives the name "Ada%20L", where routers of frameworks and servers (Hono,
# Express, Next.js) give "Ada L". A lookup in a database or in KV fails for a name with a space or an accent. A wildcard, `[[path]].js`,
# that matches no part is `undefined` instead of an empty list, so `params.path.join("/")` throws for its folder alone.
#
# Seen: see the last lines.
# Way out: decodeURIComponent(params.name), and `params.path ?? []`.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error wrangler@4.156.2 miniflare@5.20261102.0-beta node@24.21.0 > /dev/null
mkdir -p public functions/files functions/people
echo 'export const onRequest = ({ params }) => Response.json(params);' > "functions/people/[name].js"
echo 'export const onRequest = ({ params }) => Response.json([params.path === undefined, params.path]);' > "functions/files/[[path]].js"
export WRANGLER_SEND_METRICS=false WRANGLER_LOG_PATH="$folder/logs"
node_modules/.bin/node node_modules/wrangler/bin/wrangler.js pages functions build functions --outdir out --compatibility-date 2026-11-01 > /dev/null
cat > run.mjs <<'JS'
import { readFileSync } from "node:fs";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";

const runtime = new Miniflare(
  convertV4MiniflareOptions({
    modules: true,
    script: readFileSync("out/index.js", "utf8"),
    compatibilityDate: "2026-11-01",
    assets: { directory: "public", binding: "ASSETS", routerConfig: { has_user_worker: true, invoke_user_worker_ahead_of_assets: true } },
  }),
);
for (const path of ["/people/Ada", "/people/Ada%20L", "/people/%C3%89va", "/files/a%20b/c", "/files"]) {
  const answer = await runtime.dispatchFetch(`http://localhost${path}`);
  console.log(`${path}: ${answer.status} ${await answer.text()}`.trim());
}
await runtime.dispose();
JS
seen=$(node_modules/.bin/node run.mjs)
echo "$seen"
[ "$seen" = '/people/Ada: 200 {"name":"Ada"}
/people/Ada%20L: 200 {"name":"Ada%20L"}
/people/%C3%89va: 200 {"name":"%C3%89va"}
/files/a%20b/c: 200 [false,["a%20b","c"]]
/files: 200 [true,null]' ] || { echo "The behaviour has changed."; exit 1; }
