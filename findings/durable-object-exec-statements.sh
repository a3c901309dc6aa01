#!/usr/bin/env bash
# workerd 1.20261102.1 by miniflare 5.20261102.0-beta: SQLite in a Durable Object, `ctx.storage.sql.exec` with several statements.
#
# They do not form a transaction: when one fails, the earlier ones persist, both in the response of the same `exec` and after the caller has
# caught the error. So a migration written as one text of `CREATE TABLE` and `INSERT` can apply partially, and then fails at its first line
# next time.
#
# Seen: `no such table: settings: SQLITE_ERROR, rows kept: 1`.
# Way out: `ctx.storage.transactionSync(() => ctx.storage.sql.exec(text))`, which keeps none: the second line.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error miniflare@5.20261102.0-beta node@24.21.0 > /dev/null
cat > run.mjs <<'JS'
import { convertV4MiniflareOptions, Miniflare } from "miniflare";

const script = `import { DurableObject } from "cloudflare:workers";
export class App extends DurableObject {
  fetch(request) {
    const { sql } = this.ctx.storage;
    sql.exec("CREATE TABLE IF NOT EXISTS version (number INTEGER); DELETE FROM version");
    const migrate = () => sql.exec("INSERT INTO version VALUES (1); INSERT INTO settings VALUES (1)");
    try {
      if (request.url.endsWith("/transaction")) this.ctx.storage.transactionSync(migrate);
      else migrate();
    } catch (error) {
      return new Response(error.message + ", rows kept: " + sql.exec("SELECT count(*) AS n FROM version").one().n);
    }
  }
}
export default { fetch: (request, env) => env.APP.getByName("one").fetch(request) };`;
const runtime = new Miniflare(
  convertV4MiniflareOptions({
    modules: true,
    script,
    compatibilityDate: "2026-11-01",
    durableObjects: { APP: { className: "App", useSQLite: true } },
  }),
);
for (const path of ["exec", "transaction"]) {
  console.log(`${path}: ${await (await runtime.dispatchFetch(`http://localhost/${path}`)).text()}`);
}
await runtime.dispose();
JS
seen=$(node_modules/.bin/node run.mjs)
echo "$seen"
[ "$seen" = 'exec: no such table: settings: SQLITE_ERROR, rows kept: 1
transaction: no such table: settings: SQLITE_ERROR, rows kept: 0' ] || { echo "The behaviour has changed."; exit 1; }
