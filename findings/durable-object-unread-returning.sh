#!/usr/bin/env bash
# workerd 1.20261102.1 by miniflare 5.20261102.0-beta: SQLite in a Durable Object, a write with RETURNING.
#
# `exec` runs such a statement as its rows are read, and the object cannot commit while a row remains unread. If the program reads none, or
# only the first through `next()`, a loop that ends early or `const [first] = …`, the call fails with "internal error", nothing that the
# request wrote is stored, and the object restarts. A partly read SELECT does no harm.
#
# Seen: see the last lines.
# Way out: `.toArray()`, `.one()` or a spread for each statement with RETURNING. The platform of the apps here does it (preview/app/sql-exec.ts).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error miniflare@5.20261102.0-beta node@24.21.0 > /dev/null
cat > run.mjs <<'JS'
import { convertV4MiniflareOptions, Miniflare } from "miniflare";

const script = `import { DurableObject } from "cloudflare:workers";
const add = "INSERT INTO note (text) VALUES ('a'), ('b') RETURNING id";
const ways = {
  all: (sql) => sql.exec(add).toArray().length,
  unread: (sql) => { sql.exec(add); return 0; },
  next: (sql) => sql.exec(add).next().value.id,
  destructured: (sql) => { const [first] = sql.exec(add); return first.id; },
  select: (sql) => { sql.exec(add).toArray(); return sql.exec("SELECT id FROM note").next().value.id; },
};
export class Notes extends DurableObject {
  constructor(ctx, env) {
    super(ctx, env);
    ctx.storage.sql.exec("CREATE TABLE IF NOT EXISTS note (id INTEGER PRIMARY KEY, text)");
  }
  write(way) { return ways[way](this.ctx.storage.sql); }
  count() { return this.ctx.storage.sql.exec("SELECT count(*) AS count FROM note").one().count; }
}
export default {
  async fetch(request, env) {
    const lines = [];
    for (const way of Object.keys(ways)) {
      const write = await env.NOTES.getByName(way).write(way).catch((error) => error.message.replace(/;.*/, ""));
      lines.push(way + ": " + write + ", rows " + (await env.NOTES.getByName(way).count()));
    }
    return new Response(lines.join("\\n"));
  },
};`;
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
seen=$(node_modules/.bin/node run.mjs 2> log)
echo "$seen"
grep -o "cannot commit transaction - SQL statements in progress" log | head -1
[ "$seen" = 'all: 2, rows 2
unread: internal error, rows 0
next: internal error, rows 0
destructured: internal error, rows 0
select: 1, rows 2' ] || { echo "The behaviour has changed."; exit 1; }
