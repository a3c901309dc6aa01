#!/usr/bin/env bash
# workerd 1.20261102.1 by miniflare 5.20261102.0-beta: the global `EventSource` and `EventSource.from`.
#
# An event whose only `data` field is empty, such as a heartbeat of `event: ping` and `data:`, is not dispatched. In the HTML standard
# (9.2.6), a `data` field appends a line feed to the buffer, so the buffer is not empty, and browsers dispatch the event with `data` "".
# With two empty fields it is dispatched. A watchdog that relies on such heartbeats mistakes a live stream for a stalled one.
#
# Seen: see the last lines.
# Way out: put something into `data`, such as `{}`.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error miniflare@5.20261102.0-beta node@24.21.0 > /dev/null
cat > run.mjs <<'JS'
import { convertV4MiniflareOptions, Miniflare } from "miniflare";

const script = `function read(text) {
  return new Promise((done) => {
    const received = [];
    const source = EventSource.from(new Response(text).body);
    for (const type of ["ping", "message"]) source.addEventListener(type, (event) => received.push([type, event.data]));
    source.addEventListener("error", () => done(received));
  });
}
export default {
  fetch: async () =>
    Response.json({
      heartbeat: await read("event: ping\\ndata:\\n\\ndata: after\\n\\n"),
      "two empty fields": await read("data:\\ndata:\\n\\ndata: after\\n\\n"),
      "an object": await read("event: ping\\ndata: {}\\n\\ndata: after\\n\\n"),
    }),
};`;
const runtime = new Miniflare(convertV4MiniflareOptions({ modules: true, script, compatibilityDate: "2026-11-01" }));
const results = await (await runtime.dispatchFetch("http://localhost/")).json();
for (const [name, received] of Object.entries(results)) console.log(`${name}: ${JSON.stringify(received)}`);
await runtime.dispose();
JS
seen=$(node_modules/.bin/node run.mjs)
echo "$seen"
[ "$seen" = 'heartbeat: [["message","after"]]
two empty fields: [["message","\n"],["message","after"]]
an object: [["ping","{}"],["message","after"]]' ] || { echo "The behaviour has changed."; exit 1; }
