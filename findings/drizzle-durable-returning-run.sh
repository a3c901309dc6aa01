#!/usr/bin/env bash
# drizzle-orm 0.45.4, `drizzle-orm/durable-sqlite`, in workerd 1.20261102.1 by miniflare 5.20261102.0-beta.
#
# `.run()` on an insert, update or delete with `.returning()` leaves the runtime's cursor unread, and a Durable Object cannot commit while a
# write's cursor is open. The call returns, and afterwards the request fails with "internal error" and nothing is stored. `db.run(sql`…`)`
# does the same, and so does `db.get(sql`…`)` if the statement returns two or more rows. `.returning().get()` and `.all()` read to the end.
#
# Seen: see the last lines.
# Way out: `.run()` without `.returning()`, and `db.all(…)` for a text with RETURNING.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error miniflare@5.20261102.0-beta node@24.21.0 drizzle-orm@0.45.4 esbuild@0.28.2 > /dev/null
cat > worker.js <<'JS'
import { DurableObject } from "cloudflare:workers";
import { sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/durable-sqlite";
import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

const note = sqliteTable("note", { id: integer().primaryKey(), body: text() });
const both = sql`INSERT INTO note (body) VALUES ('a'), ('b') RETURNING id`;
const ways = {
  "returning().get()": (db) => db.insert(note).values([{ body: "a" }, { body: "b" }]).returning().get().id,
  "all(sql)": (db) => db.all(both)[0].id,
  "returning().run()": (db) => typeof db.insert(note).values({ body: "a" }).returning().run(),
  "run(sql)": (db) => typeof db.run(both),
  "get(sql), one row": (db) => db.get(sql`INSERT INTO note (body) VALUES ('a') RETURNING id`).id,
  "get(sql), two rows": (db) => db.get(both).id,
};
export class Notes extends DurableObject {
  constructor(ctx, env) {
    super(ctx, env);
    this.db = drizzle(ctx.storage);
    this.db.run(sql`CREATE TABLE IF NOT EXISTS note (id INTEGER PRIMARY KEY, body TEXT)`);
  }
  write(way) {
    return ways[way](this.db);
  }
  count() {
    return this.db.$count(note);
  }
}
export default {
  async fetch(request, env) {
    const lines = [];
    for (const way of Object.keys(ways)) {
      const object = () => env.NOTES.getByName(way);
      const answer = await object().write(way).catch(({ message }) => message.replace(/;.*/, ""));
      lines.push(`${way}: ${answer}, rows ${await object().count()}`);
    }
    return new Response(lines.join("\n"));
  },
};
JS
node_modules/.bin/esbuild worker.js --bundle --format=esm --external:cloudflare:workers --outfile=bundle.js --log-level=error
cat > run.mjs <<'JS'
import { readFileSync } from "node:fs";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";

const runtime = new Miniflare(
  convertV4MiniflareOptions({
    modules: true,
    script: readFileSync("bundle.js", "utf8"),
    compatibilityDate: "2026-11-01",
    compatibilityFlags: ["nodejs_compat"],
    durableObjects: { NOTES: { className: "Notes", useSQLite: true } },
  }),
);
console.log(await (await runtime.dispatchFetch("http://localhost/")).text());
await runtime.dispose();
JS
seen=$(node_modules/.bin/node run.mjs 2> log)
echo "$seen"
[ "$seen" = 'returning().get(): 1, rows 2
all(sql): 1, rows 2
returning().run(): internal error, rows 0
run(sql): internal error, rows 0
get(sql), one row: 1, rows 1
get(sql), two rows: internal error, rows 0' ] || { cat log; echo "The behaviour has changed."; exit 1; }
