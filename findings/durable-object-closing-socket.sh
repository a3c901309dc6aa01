#!/usr/bin/env bash
# workerd 1.20261102.1 by miniflare 5.20261102.0-beta: hibernatable WebSockets of a Durable Object.
#
# While `webSocketClose` runs, `ctx.getWebSockets()` still includes the closing socket, in the state CLOSING, and sending to it throws
# nothing. So a count of current viewers is one too high in precisely the handler that announces a departure.
#
# Seen: `while it closes: 2, of them open: 1, sending to it: no error, afterwards: 1`.
# Way out: count those whose readyState is OPEN, or keep the sockets in a map of your own (worker/runs/feeds/live-feed.ts).
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
  fetch() {
    const { 0: client, 1: server } = new WebSocketPair();
    this.ctx.acceptWebSocket(server);
    return new Response(null, { status: 101, webSocket: client });
  }
  webSocketMessage(socket) {
    socket.send("afterwards: " + this.ctx.getWebSockets().length);
  }
  webSocketClose(socket) {
    const sockets = this.ctx.getWebSockets();
    const open = sockets.filter(({ readyState }) => readyState === WebSocket.OPEN);
    let sending = "no error";
    try {
      socket.send("bye");
    } catch (error) {
      sending = error.message;
    }
    open[0].send("while it closes: " + sockets.length + ", of them open: " + open.length + ", sending to it: " + sending);
  }
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
async function connect() {
  const { webSocket } = await runtime.dispatchFetch("http://localhost/", { headers: { Upgrade: "websocket" } });
  webSocket.accept();
  return webSocket;
}
const nextMessage = (socket) => new Promise((resolve) => socket.addEventListener("message", ({ data }) => resolve(data), { once: true }));
const [staying, leaving] = [await connect(), await connect()];
const told = nextMessage(staying);
leaving.close(1000, "done");
const first = await told;
const asked = nextMessage(staying);
staying.send("count");
console.log(`${first}, ${await asked}`);
await runtime.dispose();
JS
seen=$(node_modules/.bin/node run.mjs)
echo "$seen"
[ "$seen" = 'while it closes: 2, of them open: 1, sending to it: no error, afterwards: 1' ] || { echo "The behaviour has changed."; exit 1; }
