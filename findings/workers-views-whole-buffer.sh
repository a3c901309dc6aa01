#!/usr/bin/env bash
# workerd 1.20261102.1 by miniflare 5.20261102.0-beta: a `Uint8Array` that is a part of a larger buffer, such as a `subarray`, as an argument of RPC
# and as a value of `ctx.storage.put`.
#
# The runtime copies the whole underlying buffer instead of the part, and the receiver can read it through `.buffer`. Three bytes of a 100
# kB chunk are sent, stored and billed as 100 kB, together with the neighbouring data. In SQLite, bound as a parameter, the same view is
# three bytes.
#
# Seen: `rpc: 3 of 100000, storage: 3 of 100000, sqlite: 3`.
# Way out: `bytes.slice()`, which copies the part alone.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error miniflare@5.20261102.0-beta node@24.21.0 > /dev/null
cat > run.mjs <<'JS'
import { convertV4MiniflareOptions, Miniflare } from "miniflare";

const script = `import { DurableObject } from "cloudflare:workers";
const sizeOf = (bytes) => bytes.byteLength + " of " + bytes.buffer.byteLength;
export class Store extends DurableObject {
  receive(bytes) {
    return sizeOf(bytes);
  }
  async keep() {
    const { storage } = this.ctx;
    const part = new Uint8Array(100_000).subarray(10, 13);
    await storage.put("part", part);
    return "storage: " + sizeOf(await storage.get("part")) + ", sqlite: " + storage.sql.exec("SELECT length(?) AS n", part).one().n;
  }
}
export default {
  async fetch(request, env) {
    const store = env.STORE.getByName("one");
    const part = new Uint8Array(100_000).subarray(10, 13);
    return new Response("rpc: " + (await store.receive(part)) + ", " + (await store.keep()));
  },
};`;
const runtime = new Miniflare(
  convertV4MiniflareOptions({
    modules: true,
    script,
    compatibilityDate: "2026-11-01",
    durableObjects: { STORE: { className: "Store", useSQLite: true } },
  }),
);
console.log(await (await runtime.dispatchFetch("http://localhost/")).text());
await runtime.dispose();
JS
seen=$(node_modules/.bin/node run.mjs)
echo "$seen"
[ "$seen" = 'rpc: 3 of 100000, storage: 3 of 100000, sqlite: 3' ] || { echo "The behaviour has changed."; exit 1; }
