#!/usr/bin/env bash
# partyserver 0.5.10 in workerd 1.20261102.1 by miniflare 5.20261102.0-beta: `this.sql`.
#
# When a statement fails, for example because a table is missing, `sql` throws what `onException` returns. The default `onException` logs
# the error and returns nothing, so the exception is `undefined`. A `catch` that reads `error.message` throws its own TypeError, and a test
# for `instanceof Error` fails. A call from another Worker rejects without a reason.
#
# Seen: see the last lines.
# Way out: an `onException` that returns the error, or `this.ctx.storage.sql.exec`.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error partyserver@0.5.10 esbuild@0.28.2 miniflare@5.20261102.0-beta node@24.21.0 > /dev/null
cat > worker.js <<'JS'
import { routePartykitRequest, Server } from "partyserver";

export class Room extends Server {
  read() {
    try {
      this.sql`SELECT * FROM notes`;
    } catch (error) {
      return String(error);
    }
  }
  onRequest() {
    const first = this.read();
    this.onException = (error) => error;
    return Response.json([first, this.read()]);
  }
}
export default {
  fetch: async (request, env) => (await routePartykitRequest(request, env)) ?? new Response("none", { status: 404 }),
};
JS
cat > run.mjs <<'JS'
import { readFileSync } from "node:fs";
import { build } from "esbuild";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";

await build({
  entryPoints: ["worker.js"],
  outfile: "out.js",
  bundle: true,
  format: "esm",
  platform: "neutral",
  target: "es2024",
  mainFields: ["module", "main"],
  conditions: ["workerd", "worker", "browser"],
  external: ["cloudflare:*", "node:*"],
  logLevel: "error",
});
const runtime = new Miniflare(
  convertV4MiniflareOptions({
    modules: true,
    script: readFileSync("out.js", "utf8"),
    compatibilityDate: "2026-11-01",
    durableObjects: { Room: { className: "Room", useSQLite: true } },
  }),
);
const text = async (path) => (await runtime.dispatchFetch(`http://localhost/parties/room${path}`)).text();

console.log(await text("/one"));
await runtime.dispose();
JS
seen=$(node_modules/.bin/node run.mjs 2> /dev/null | tail -n 1)
echo "$seen"
[ "$seen" = '["undefined","Error: no such table: notes: SQLITE_ERROR"]' ] || { echo "The behaviour has changed."; exit 1; }
