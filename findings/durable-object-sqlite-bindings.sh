#!/usr/bin/env bash
# workerd 1.20261102.1 by miniflare 5.20261102.0-beta: SQLite in a Durable Object, `ctx.storage.sql.exec(query, ...bindings)`.
#
# A JavaScript boolean bound with `?` is stored as the text 'true' or 'false', and an integer as REAL, even in columns without a type. So
# `done = 0` finds no row that stored `false`, `5 / 2` with two bound numbers is 2.5, and 12 in a TEXT column reads '12.0'.
# `CAST(? AS INTEGER)` around the parameter produces an INTEGER for a number.
#
# Seen: see the last line.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error miniflare@5.20261102.0-beta node@24.21.0 > /dev/null
cat > run.mjs <<'JS'
import { convertV4MiniflareOptions, Miniflare } from "miniflare";

const script = `import { DurableObject } from "cloudflare:workers";
export class Notes extends DurableObject {
  fetch() {
    const { sql } = this.ctx.storage;
    sql.exec("CREATE TABLE note (done, count, label TEXT)");
    sql.exec("INSERT INTO note VALUES (?, ?, ?)", false, 5, 12);
    return Response.json(sql.exec("SELECT typeof(done) AS flag, done = 0 AS isZero, typeof(count) AS number, ? / ? AS half, label, typeof(CAST(? AS INTEGER)) AS cast_number FROM note", 5, 2, 3).one());
  }
}
export default { fetch: (request, env) => env.NOTES.getByName("one").fetch(request) };`;
const runtime = new Miniflare(
  convertV4MiniflareOptions({
    modules: true,
    script,
    compatibilityDate: "2026-11-01",
    durableObjects: { NOTES: { className: "Notes", useSQLite: true } },
  }),
);
console.log(await (await runtime.dispatchFetch("http://localhost/")).text());
await runtime.dispose();
JS
seen=$(node_modules/.bin/node run.mjs)
echo "$seen"
[ "$seen" = '{"flag":"text","isZero":0,"number":"real","half":2.5,"label":"12.0","cast_number":"integer"}' ] ||
  { echo "The behaviour has changed."; exit 1; }
