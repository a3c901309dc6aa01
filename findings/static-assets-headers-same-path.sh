#!/usr/bin/env bash
# miniflare 5.20261102.0-beta (the static assets of Workers and Pages): `_headers` with two rules for the same path.
#
# Headers from several rules that match a path are combined. But if two rules have an identical path, the second completely replaces the
# first, whatever headers it had, and takes its position in the order. So rules that build tools append to a file silently remove earlier
# ones for the same path.
#
# Seen: see the last lines.
# Way out: one rule for each path.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error miniflare@5.20261102.0-beta node@24.21.0 > /dev/null
cat > run.mjs <<'JS'
import { mkdirSync, writeFileSync } from "node:fs";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";

mkdirSync("public");
for (const name of ["page", "other"]) writeFileSync(`public/${name}`, name);
writeFileSync(
  "public/_headers",
  "/page\n  X-Frame-Options: DENY\n/*\n  X-Order: all\n/page\n  X-Robots-Tag: noindex\n  X-Order: page\n/other\n  X-Order: other\n",
);
const runtime = new Miniflare(
  convertV4MiniflareOptions({
    modules: true,
    script: "export default { fetch: () => new Response('the Worker') };",
    compatibilityDate: "2026-11-01",
    assets: { directory: "public", binding: "ASSETS", routerConfig: { has_user_worker: true } },
  }),
);
for (const path of ["/page", "/other"]) {
  const { headers } = await runtime.dispatchFetch(`http://localhost${path}`);
  const named = ["X-Frame-Options", "X-Robots-Tag", "X-Order"].map((name) => `${name}: ${headers.get(name)}`);
  console.log(`${path} has ${named.join("; ")}`);
}
await runtime.dispose();
JS
seen=$(node_modules/.bin/node run.mjs)
echo "$seen"
[ "$seen" = '/page has X-Frame-Options: null; X-Robots-Tag: noindex; X-Order: page, all
/other has X-Frame-Options: null; X-Robots-Tag: null; X-Order: all, other' ] || { echo "The behaviour has changed."; exit 1; }
