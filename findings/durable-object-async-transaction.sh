#!/usr/bin/env bash
# workerd 1.20261102.1 by miniflare 5.20261102.0-beta: `ctx.storage.transactionSync(callback)` of a Durable Object.
#
# It accepts an async function. The transaction commits when the function returns its promise, so a function that fails, even before its
# first `await`, keeps its writes. The same function without `async` rolls back.
#
# Seen: `sync: rolled back, async: kept`.
# Way out: no `await` in a transaction of SQLite; `transaction()` takes an async function.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error miniflare@5.20261102.0-beta node@24.21.0 > /dev/null
cat > run.mjs <<'JS'
import { convertV4MiniflareOptions, Miniflare } from "miniflare";

const script = `import { DurableObject } from "cloudflare:workers";
export class Ledger extends DurableObject {
  async fetch() {
    const { storage } = this.ctx;
    storage.sql.exec("CREATE TABLE entry (name TEXT)");
    const write = (name) => {
      storage.sql.exec("INSERT INTO entry VALUES (?)", name);
      throw new Error("refused");
    };
    try {
      storage.transactionSync(() => write("sync"));
    } catch {}
    await storage.transactionSync(async () => write("async")).catch(() => {});
    const names = storage.sql.exec("SELECT name FROM entry").toArray().map(({ name }) => name);
    const outcome = (name) => name + ": " + (names.includes(name) ? "kept" : "rolled back");
    return new Response(outcome("sync") + ", " + outcome("async"));
  }
}
export default { fetch: (request, env) => env.LEDGER.getByName("one").fetch(request) };`;
const runtime = new Miniflare(
  convertV4MiniflareOptions({
    modules: true,
    script,
    compatibilityDate: "2026-11-01",
    durableObjects: { LEDGER: { className: "Ledger", useSQLite: true } },
  }),
);
console.log(await (await runtime.dispatchFetch("http://localhost/")).text());
await runtime.dispose();
JS
seen=$(node_modules/.bin/node run.mjs)
echo "$seen"
[ "$seen" = 'sync: rolled back, async: kept' ] || { echo "The behaviour has changed."; exit 1; }
