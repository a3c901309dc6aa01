#!/usr/bin/env bash
# drizzle-orm 0.45.4, `migrate` (here of drizzle-orm/pglite with PGlite 0.5.17).
#
# It does not check which migrations were applied, but applies those whose `when` in the journal is later than that of the last applied one.
# A migration that was generated earlier on another branch and merged later is skipped permanently without an error. `migrate` succeeds, and
# the table is missing in every database that already had the other migration.
#
# Seen: `tables: customer, order`, and no `invoice`.
# Way out: generate the migration again after the merge; a test that `when` increases with the number.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error drizzle-orm@0.45.4 @electric-sql/pglite@0.5.17 > /dev/null
cat > run.mjs <<'JS'
import { mkdirSync, writeFileSync } from "node:fs";
import { PGlite } from "@electric-sql/pglite";
import { drizzle } from "drizzle-orm/pglite";
import { migrate } from "drizzle-orm/pglite/migrator";

function write(...migrations) {
  mkdirSync("migrations/meta", { recursive: true });
  const entries = migrations.map(([tag, when], idx) => ({ idx, version: "7", when, tag, breakpoints: true }));
  writeFileSync("migrations/meta/_journal.json", JSON.stringify({ version: "7", dialect: "postgresql", entries }));
  for (const [tag, , text] of migrations) writeFileSync(`migrations/${tag}.sql`, text);
}
const customer = ["0000_customer", 1_000, "CREATE TABLE customer (id integer)"];
const order = ["0001_order", 3_000, `CREATE TABLE "order" (id integer)`];
const invoice = ["0002_invoice", 2_000, "CREATE TABLE invoice (id integer)"];
const client = new PGlite();
const db = drizzle(client);
for (const migrations of [[customer, order], [customer, order, invoice]]) {
  write(...migrations);
  await migrate(db, { migrationsFolder: "migrations" });
}
const { rows } = await client.query("SELECT table_name AS name FROM information_schema.tables WHERE table_schema = $1 ORDER BY 1", ["public"]);
console.log(`tables: ${rows.map(({ name }) => name).join(", ")}`);
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = 'tables: customer, order' ] || { echo "The behaviour has changed."; exit 1; }
