#!/usr/bin/env bash
# workerd 1.20261102.1 by miniflare 5.20261102.0-beta: an exception in `webSocketMessage` of a Durable Object.
#
# It ends nothing and notifies nobody: the socket stays open, `webSocketError` is not called, the object continues, and the sender waits for
# a response that does not come. In a Node WebSocket server the same exception ends the process, and an exception in a request returns 500.
#
# Seen: see the last lines.
# Way out: catch it in the handler and answer with an error of the protocol, or close with 1011.
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
  heard = [];
  fetch() {
    const { 0: client, 1: server } = new WebSocketPair();
    this.ctx.acceptWebSocket(server);
    return new Response(null, { status: 101, webSocket: client });
  }
  webSocketMessage(socket, message) {
    this.heard.push(message);
    JSON.parse(message);
    socket.send("heard: " + this.heard.join(" | "));
  }
  webSocketError() {
    this.heard.push("webSocketError");
  }
}
export default { fetch: (request, env) => env.ROOM.getByName("one").fetch(request) };`;
const runtime = new Miniflare(
  convertV4MiniflareOptions({ modules: true, script, compatibilityDate: "2026-11-01", durableObjects: { ROOM: "Room" } }),
);
const { webSocket } = await runtime.dispatchFetch("http://localhost/", { headers: { Upgrade: "websocket" } });
const event = new Promise((resolve) => {
  webSocket.addEventListener("message", ({ data }) => resolve(data));
  webSocket.addEventListener("close", ({ code }) => resolve(`closed with ${code}`));
});
webSocket.accept();
webSocket.send("no JSON");
webSocket.send("1");
console.log(await event);
await runtime.dispose();
JS
seen=$(node_modules/.bin/node run.mjs)
echo "$seen"
[ "$seen" = 'heard: no JSON | 1' ] || { echo "The behaviour has changed."; exit 1; }
