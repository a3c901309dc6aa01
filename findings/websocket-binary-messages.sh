#!/usr/bin/env bash
# workerd 1.20261102.1 by miniflare 5.20261102.0-beta: binary messages of a WebSocket, compatibility date 2026-11-01.
#
# A socket that the program accepts with `accept()` receives a Blob, as in a browser, and no longer an ArrayBuffer, as on Workers for years.
# Nothing throws: `new Uint8Array(event.data)` of a Blob is empty, and `event.data.byteLength` is undefined. A Durable Object's hibernatable
# socket, whose messages arrive in `webSocketMessage`, still receives an ArrayBuffer. So code that moves from one to the other, or raises
# its compatibility date, reads nothing.
#
# Seen: see the last lines.
# Way out: `socket.binaryType = "arraybuffer"` after `accept()` (preview/app/egress/relay-socket.ts).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error miniflare@5.20261102.0-beta node@24.21.0 > /dev/null
cat > run.mjs <<'JS'
import { convertV4MiniflareOptions, Miniflare } from "miniflare";

const script = `import { DurableObject } from "cloudflare:workers";
const describe = (data) => data.constructor.name + " of " + new Uint8Array(data).length + " bytes";
export class Room extends DurableObject {
  fetch(request) {
    const { 0: client, 1: server } = new WebSocketPair();
    const way = new URL(request.url).pathname.slice(1);
    if (way === "hibernatable") this.ctx.acceptWebSocket(server);
    else {
      server.accept();
      if (way === "arraybuffer") server.binaryType = way;
      server.addEventListener("message", ({ data }) => server.send(describe(data)));
    }
    return new Response(null, { status: 101, webSocket: client });
  }
  webSocketMessage(socket, message) {
    socket.send(describe(message));
  }
}
export default { fetch: (request, env) => env.ROOM.getByName("one").fetch(request) };`;
const runtime = new Miniflare(
  convertV4MiniflareOptions({ modules: true, script, compatibilityDate: "2026-11-01", durableObjects: { ROOM: "Room" } }),
);
for (const way of ["accepted", "arraybuffer", "hibernatable"]) {
  const { webSocket } = await runtime.dispatchFetch(`http://localhost/${way}`, { headers: { Upgrade: "websocket" } });
  const answer = new Promise((resolve) => webSocket.addEventListener("message", ({ data }) => resolve(data)));
  webSocket.accept();
  webSocket.send(new Uint8Array([1, 2, 3]));
  console.log(`${way}: ${await answer}`);
  webSocket.close();
}
await runtime.dispose();
JS
seen=$(node_modules/.bin/node run.mjs)
echo "$seen"
[ "$seen" = 'accepted: Blob of 0 bytes
arraybuffer: ArrayBuffer of 3 bytes
hibernatable: ArrayBuffer of 3 bytes' ] || { echo "The behaviour has changed."; exit 1; }
