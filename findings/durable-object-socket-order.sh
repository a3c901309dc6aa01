#!/usr/bin/env bash
# workerd 1.20261102.1 by miniflare 5.20261102.0-beta: hibernatable WebSockets of a Durable Object.
#
# `ctx.getWebSockets()` returns the newest socket first, `ctx.getWebSockets(tag)` the oldest. A program that treats the first as the host of
# a room, or sends in that order, does the opposite once it tags its sockets.
#
# Seen: `all: three two one, by tag: one two three`.
# Way out: keep a number in each socket's attachment and sort by it.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error miniflare@5.20261102.0-beta node@24.21.0 > /dev/null
cat > run.mjs <<'JS'
import { convertV4MiniflareOptions, Miniflare } from "miniflare";

const script = `import { DurableObject } from "cloudflare:workers";
export class Room extends DurableObject {
  fetch(request) {
    const names = (sockets) => sockets.map((socket) => socket.deserializeAttachment()).join(" ");
    const name = new URL(request.url).pathname.slice(1);
    if (name === "") {
      return new Response("all: " + names(this.ctx.getWebSockets()) + ", by tag: " + names(this.ctx.getWebSockets("member")));
    }
    const { 0: client, 1: server } = new WebSocketPair();
    this.ctx.acceptWebSocket(server, ["member"]);
    server.serializeAttachment(name);
    return new Response(null, { status: 101, webSocket: client });
  }
  webSocketMessage() {}
}
export default { fetch: (request, env) => env.ROOM.getByName("one").fetch(request) };`;
const runtime = new Miniflare(
  convertV4MiniflareOptions({
    modules: true,
    script,
    compatibilityDate: "2026-11-01",
    durableObjects: { ROOM: { className: "Room", useSQLite: true } },
  }),
);
for (const name of ["one", "two", "three"]) {
  const { webSocket } = await runtime.dispatchFetch(`http://localhost/${name}`, { headers: { Upgrade: "websocket" } });
  webSocket.accept();
}
console.log(await (await runtime.dispatchFetch("http://localhost/")).text());
await runtime.dispose();
JS
seen=$(node_modules/.bin/node run.mjs)
echo "$seen"
[ "$seen" = 'all: three two one, by tag: one two three' ] || { echo "The behaviour has changed."; exit 1; }
