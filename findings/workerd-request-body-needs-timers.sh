#!/usr/bin/env bash
# workerd 1.20260730.1 (by miniflare 4.20260730.0): the body of a request that fetch() has begun leaves only while the thread waits for
# events of the operating system. After forty awaits of promises that the runtime resolves itself (here from crypto.subtle.digest), none of
# its 28 KB has left, and a subsequent computation delays it by its whole duration. After eight awaits of scheduler.wait(0), all of it has
# left.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"private":true,"type":"module"}' > package.json
npm install --silent --no-audit --no-fund --save-exact miniflare@4.20260730.0 node@24.21.0 > /dev/null

cat > try.mjs <<'JS'
import { createServer } from "node:http";
import { Miniflare } from "miniflare";

let arrivedAt = 0;
const server = createServer((request, response) => {
  request.resume().on("end", () => {
    arrivedAt = performance.now();
    response.end("thanks");
  });
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const target = `http://127.0.0.1:${server.address().port}/`;

const script = `export default {
  async fetch(request) {
    const way = new URL(request.url).pathname;
    const answer = fetch("${target}", { method: "POST", body: "x".repeat(28_000) }).then((one) => one.text());
    if (way === "/promises") for (let turn = 0; turn < 40; turn += 1) await crypto.subtle.digest("SHA-256", new Uint8Array(8));
    else for (let turn = 0; turn < 8; turn += 1) await scheduler.wait(0);
    // Work that keeps the thread, as a long computation does.
    let sum = 0;
    for (let step = 0; step < 100_000_000; step += 1) sum = (sum + step) | 0;
    return new Response(String(sum) + (await answer));
  },
};`;
const runtime = new Miniflare({ modules: true, compatibilityDate: "2026-07-30", script });
const leftBeforeWork = async (way) => {
  const from = performance.now();
  await (await runtime.dispatchFetch(`http://worker.invalid/${way}`)).text();
  const took = performance.now() - from;
  return arrivedAt - from < took / 2;
};
await leftBeforeWork("timers");
const seen = { promises: 0, timers: 0 };
for (let round = 0; round < 5; round += 1) for (const way of ["promises", "timers"]) seen[way] += (await leftBeforeWork(way)) ? 1 : 0;
console.log(`body arrived before the work, of 5: after promises ${seen.promises}, after timers ${seen.timers}`);
await runtime.dispose();
server.close();
JS
seen=$(node_modules/.bin/node try.mjs)
echo "$seen"
[ "$seen" = "body arrived before the work, of 5: after promises 0, after timers 5" ] ||
  { echo "The behaviour has changed."; exit 1; }
