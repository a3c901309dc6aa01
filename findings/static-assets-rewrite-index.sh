#!/usr/bin/env bash
# Workers static assets by miniflare 5.20261102.0-beta: `_redirects` with status 200, for an app with its own routes below a folder.
#
# The runtime ignores `/app/* /index.html 200`, as Netlify documents it, so the Worker gets the request. `/app/* /page.html 200` is not a
# rewrite but a redirect to `/page`, which shows in the address bar and loses the route. The target is a page's URL, not its file name:
# `/app/* / 200` works. A file without `.html` is named as it is.
#
# Seen: see the last lines.
# Way out: name pages in `_redirects` as links do.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error miniflare@5.20261102.0-beta node@24.21.0 > /dev/null
cat > run.mjs <<'JS'
import { mkdirSync, writeFileSync } from "node:fs";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";

const targets = ["/index.html", "/", "/page.html", "/page", "/data.json"];
mkdirSync("public");
for (const name of ["index.html", "page.html", "data.json"]) writeFileSync(`public/${name}`, name);
writeFileSync("public/_redirects", targets.map((target, at) => `/app${at}/* ${target} 200\n`).join(""));
const runtime = new Miniflare(
  convertV4MiniflareOptions({
    modules: true,
    script: "export default { fetch: () => new Response('the Worker') };",
    compatibilityDate: "2026-11-01",
    assets: { directory: "public", binding: "ASSETS", routerConfig: { has_user_worker: true } },
  }),
);
for (const [at, target] of targets.entries()) {
  const answer = await runtime.dispatchFetch(`http://localhost/app${at}/route`, { redirect: "manual" });
  console.log(`${target}: ${answer.status} ${answer.headers.get("Location") ?? (await answer.text())}`.trim());
}
await runtime.dispose();
JS
seen=$(node_modules/.bin/node run.mjs)
echo "$seen"
[ "$seen" = '/index.html: 200 the Worker
/: 200 index.html
/page.html: 307 /page
/page: 200 page.html
/data.json: 200 data.json' ] || { echo "The behaviour has changed."; exit 1; }
