#!/usr/bin/env bash
# drizzle-orm 0.45.4, `or()` and `and()` without a condition.
#
# Both then return undefined, and a query without a condition applies to every row. For `and` that is mathematically correct, but an empty
# `or` should match no row. `or(...ids.map((id) => eq(note.id, id)))` with an empty list deletes the table, while `inArray(note.id, [])`
# deletes nothing.
#
# Seen: see the last lines.
# Way out: `inArray`, or return before the query where the list is empty.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error drizzle-orm@0.45.4 > /dev/null
cat > run.mjs <<'JS'
import { and, eq, inArray, or } from "drizzle-orm";
import { pgTable, text } from "drizzle-orm/pg-core";
import { drizzle } from "drizzle-orm/pg-proxy";

const note = pgTable("note", { id: text("id"), owner: text("owner") });
const database = drizzle(async () => ({ rows: [] }));
const ids = [];
const conditions = {
  or: or(...ids.map((id) => eq(note.id, id))),
  "and with or": and(eq(note.owner, "ada"), or(...ids.map((id) => eq(note.id, id)))),
  inArray: inArray(note.id, ids),
};
for (const [name, condition] of Object.entries(conditions)) console.log(`${name}: ${database.delete(note).where(condition).toSQL().sql}`);
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = 'or: delete from "note"
and with or: delete from "note" where "note"."owner" = $1
inArray: delete from "note" where false' ] || { echo "The behaviour has changed."; exit 1; }
