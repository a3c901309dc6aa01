#!/usr/bin/env bash
# partyserver 0.5.10 in workerd 1.20261102.1 by miniflare 5.20261102.0-beta: `getConnections(tag)` without hibernation, the default.
#
# `getConnections()` omits closing connections. With a tag it does not: a connection that the server has closed remains listed until the
# client responds, which a lost client does not do. `send` throws for it, so a loop that sends to a group ends at that connection, and later
# ones get nothing. With hibernation, both omit it.
#
# Seen: see the last lines.
# Way out: a test for `connection.readyState === WebSocket.OPEN` in the loop, or `static options = { hibernate: true }`.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error partyserver@0.5.10 esbuild@0.28.2 miniflare@5.20261102.0-beta node@24.21.0 > /dev/null
cat > worker.js <<'JS'
import { routePartykitRequest, Server } from "partyserver";

export class Room extends Server {
  getConnectionTags() {
    return ["editors"];
  }
  onRequest() {
    const [first] = this.getConnections();
    first.close(1000, "too long idle");
    const ids = (connections) => [...connections].map(({ id }) => id);
    const sent = [];
    try {
      for (const connection of this.getConnections("editors")) {
        connection.send("news");
        sent.push(connection.id);
      }
    } catch (error) {
      sent.push(error.message);
    }
    return Response.json({ all: ids(this.getConnections()), editors: ids(this.getConnections("editors")), sent });
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
async function connect(path) {
  const upgrade = { headers: { Upgrade: "websocket" } };
  const { webSocket } = await runtime.dispatchFetch(`http://localhost/parties/room${path}`, upgrade);
  webSocket.accept();
  return webSocket;
}

await connect("/one?_pk=ada");
await connect("/one?_pk=bo");
console.log(await text("/one"));
await runtime.dispose();
JS
seen=$(node_modules/.bin/node run.mjs)
echo "$seen"
[ "$seen" = '{"all":["bo"],"editors":["ada","bo"],"sent":["Can'"'"'t call WebSocket send() after close()."]}' ] || { echo "The behaviour has changed."; exit 1; }
