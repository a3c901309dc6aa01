#!/usr/bin/env bash
# partyserver 0.5.10 in workerd 1.20261102.1 by miniflare 5.20261102.0-beta: `getConnections` without hibernation, the default.
#
# A connection is stored under the id that its client sends (`_pk`), and partysocket sends the same id on each reconnect. A new connection
# replaces the old one in the table. If the old one's close event arrives afterwards, as after a lost network, it deletes the entry by id.
# By then, that is the new connection: it stays open but is no longer in any `broadcast`, `getConnections` or `getConnection`.
#
# Seen: see the last lines.
# Way out: `static options = { hibernate: true }`, where the runtime keeps the list; or a fresh `id` for each connection.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error partyserver@0.5.10 esbuild@0.28.2 miniflare@5.20261102.0-beta node@24.21.0 > /dev/null
cat > worker.js <<'JS'
import { routePartykitRequest, Server } from "partyserver";

export class Room extends Server {
  onMessage(connection, message) {
    connection.send(`echo of ${message}`);
  }
  onClose() {
    this.ended = true;
  }
  onRequest() {
    this.broadcast("news");
    return Response.json({ open: [...this.getConnections()].map(({ id }) => id), ended: this.ended === true });
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

const old = await connect("/one?_pk=ada");
const latest = await connect("/one?_pk=ada");
const received = [];
let next;
latest.addEventListener("message", ({ data }) => {
  received.push(data);
  next();
});
const message = () => new Promise((arrived) => (next = arrived));

const news = message();
console.log("both are there:", await text("/one"));
await news;
old.close(1000, "the old one");
let answer;
do answer = await text("/one");
while (!answer.includes('"ended":true'));
console.log("the old one has ended:", answer);
const echo = message();
latest.send("hello");
await echo;
console.log("received by the latest:", JSON.stringify(received));
await runtime.dispose();
JS
seen=$(node_modules/.bin/node run.mjs)
echo "$seen"
[ "$seen" = 'both are there: {"open":["ada"],"ended":false}
the old one has ended: {"open":[],"ended":true}
received by the latest: ["news","echo of hello"]' ] || { echo "The behaviour has changed."; exit 1; }
