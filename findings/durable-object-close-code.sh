#!/usr/bin/env bash
# workerd 1.20261102.1 by miniflare 5.20261102.0-beta: hibernatable WebSockets of a Durable Object.
#
# `webSocketClose(socket, code, reason)` often responds with `socket.close(code, reason)`. If the client closes without a code, as
# `socket.close()` in a browser does, the handler gets 1005, which `close` refuses. It throws, and the rest of the handler, such as
# notifying others, does not run. With a code the same line works, and so do tests that close with 1000.
#
# Seen: `without a code: 1005, Invalid WebSocket close code: 1005.`, `with 1000: 1000, no error`.
# Way out: answer with 1000 where the code is 1005, which says that there was none, or 1006.
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
    const { 0: client, 1: server } = new WebSocketPair();
    this.ctx.acceptWebSocket(server, [new URL(request.url).pathname]);
    return new Response(null, { status: 101, webSocket: client });
  }
  webSocketMessage() {}
  webSocketClose(socket, code, reason) {
    let answering = "no error";
    try {
      socket.close(code, reason);
    } catch (error) {
      answering = error.message;
    }
    this.ctx.getWebSockets("/watching")[0].send(code + ", " + answering);
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
async function connect(name) {
  const { webSocket } = await runtime.dispatchFetch(`http://localhost/${name}`, { headers: { Upgrade: "websocket" } });
  webSocket.accept();
  return webSocket;
}
const watching = await connect("watching");
for (const [name, codes] of [["without a code", []], ["with 1000", [1000]]]) {
  const leaving = await connect("leaving");
  const told = new Promise((resolve) => watching.addEventListener("message", ({ data }) => resolve(data), { once: true }));
  leaving.close(...codes);
  console.log(`${name}: ${await told}`);
}
await runtime.dispose();
JS
seen=$(node_modules/.bin/node run.mjs)
echo "$seen"
[ "$seen" = 'without a code: 1005, Invalid WebSocket close code: 1005.
with 1000: 1000, no error' ] || { echo "The behaviour has changed."; exit 1; }
