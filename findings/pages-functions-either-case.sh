#!/usr/bin/env bash
# wrangler 4.156.2: the paths of Cloudflare Pages functions, in the Worker that it compiles them to.
#
# They are case-insensitive. The static files beside them, and the generated `_routes.json` that decides which requests reach the Worker at
# all, are case-sensitive. When the Worker runs first, functions/people/list.js answers `/People/list`. A literal name wins over a parameter
# regardless of case: `/people/LIST` never reaches functions/people/[name].js as the person "LIST".
#
# Seen: see the last lines.
# Way out: do not tell names apart by their case in a path that has a function beside its parameter.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error wrangler@4.156.2 miniflare@5.20261102.0-beta node@24.21.0 > /dev/null
mkdir -p public functions/files functions/people
echo 'export const onRequest = () => new Response("the list");' > functions/people/list.js
echo 'export const onRequest = ({ params }) => new Response("the person " + params.name);' > "functions/people/[name].js"
echo "a file" > public/logo.txt
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
for (const path of ["/people/list", "/people/LIST", "/People/list", "/people/Ada", "/logo.txt", "/LOGO.txt"]) {
  const answer = await runtime.dispatchFetch(`http://localhost${path}`);
  console.log(`${path}: ${answer.status} ${await answer.text()}`.trim());
}
await runtime.dispose();
JS
seen=$(node_modules/.bin/node run.mjs)
echo "$seen"
[ "$seen" = '/people/list: 200 the list
/people/LIST: 200 the list
/People/list: 200 the list
/people/Ada: 200 the person Ada
/logo.txt: 200 a file
/LOGO.txt: 404' ] || { echo "The behaviour has changed."; exit 1; }
