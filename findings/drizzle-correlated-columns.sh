#!/usr/bin/env bash
# drizzle-orm 0.45.4, a subquery by the `sql` template in the columns of `select`.
#
# If the query has one table, drizzle writes the columns inside a selected `sql` without their table. In a subquery over another table,
# `${person.id}` then means the other table's `id`: the condition compares two columns of one row, and the counts are wrong without an
# error. The same template in `where`, or beside any join, includes the tables. `returning` omits them too.
#
# Seen: see the last lines; in the first the `id` is that of the order.
# Way out: `db.$count(order, eq(…))`, or an alias of one's own in the text of the subquery.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error drizzle-orm@0.45.4 > /dev/null
cat > run.mjs <<'JS'
import { eq, sql } from "drizzle-orm";
import { integer, pgTable } from "drizzle-orm/pg-core";
import { drizzle } from "drizzle-orm/pg-proxy";

const person = pgTable("person", { id: integer() });
const order = pgTable("order", { id: integer(), personId: integer("person_id") });
const db = drizzle(() => Promise.resolve({ rows: [] }));
const orders = sql`(SELECT count(*) FROM ${order} WHERE ${order.personId} = ${person.id})`;
console.log(db.select({ orders }).from(person).toSQL().sql);
console.log(db.select({ orders: db.$count(order, eq(order.personId, person.id)) }).from(person).toSQL().sql);
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = 'select (SELECT count(*) FROM "order" WHERE "person_id" = "id") from "person"
select (select count(*) from "order" where "order"."person_id" = "person"."id") from "person"' ] || { echo "The behaviour has changed."; exit 1; }
