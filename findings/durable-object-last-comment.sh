#!/usr/bin/env bash
# workerd 1.20261102.1 by miniflare 5.20261102.0-beta: SQLite in a Durable Object, SQL that ends in a comment.
#
# A comment after the last semicolon, common in migration files, counts as a statement. `exec` runs everything before it and then fails with
# "SQL code did not contain a statement.", and what ran persists. Without the semicolon, or with the comment before the last statement, the
# same text works, even if it ends in empty lines.
#
# Seen: see the last lines.
# Way out: cut off the comments after the last semicolon (preview/app/sql-exec.ts), or run the text by `transactionSync`, which keeps nothing.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error miniflare@5.20261102.0-beta node@24.21.0 > /dev/null
cat > run.mjs <<'JS'
import { convertV4MiniflareOptions, Miniflare } from "miniflare";

const script = `import { DurableObject } from "cloudflare:workers";
const texts = {
  comment: "CREATE TABLE a (x); -- of 2026",
  block: "CREATE TABLE b (x); /* of 2026 */",
  unended: "CREATE TABLE c (x) -- of 2026",
  before: "CREATE TABLE d (x); -- of 2026\\nCREATE TABLE e (x);",
  lines: "CREATE TABLE f (x);\\n\\n",
};
export class Notes extends DurableObject {
  write(way) {
    const { sql } = this.ctx.storage;
    let outcome = "runs";
    try { sql.exec(texts[way]); } catch (error) { outcome = error.message; }
    return outcome + " Tables: " + sql.exec("SELECT name FROM sqlite_schema WHERE name NOT GLOB '_*'").toArray().map(({ name }) => name).join();
  }
}
export default {
  async fetch(request, env) {
    const lines = [];
    for (const way of Object.keys(texts)) lines.push(way + ": " + (await env.NOTES.getByName(way).write(way)));
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
seen=$(node_modules/.bin/node run.mjs)
echo "$seen"
[ "$seen" = 'comment: SQL code did not contain a statement. Tables: a
block: SQL code did not contain a statement. Tables: b
unended: runs Tables: c
before: runs Tables: d,e
lines: runs Tables: f' ] || { echo "The behaviour has changed."; exit 1; }
