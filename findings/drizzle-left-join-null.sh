#!/usr/bin/env bash
# drizzle-orm 0.45.4, `leftJoin` with an object of columns that are all nullable.
#
# Drizzle decides from the values whether a row was joined: an object whose columns are all null becomes null. So an existing person without
# a nickname looks like no person, and `if (order.person === null)` matches both. With the whole table, or with an inner join, the object is
# present.
#
# Seen: see the last lines, for an order of a person without a nickname and an order of nobody. The rows below are those of PostgreSQL.
# Way out: have the joined table's primary key among the columns.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error drizzle-orm@0.45.4 > /dev/null
cat > run.mjs <<'JS'
import { eq } from "drizzle-orm";
import { integer, pgTable, text } from "drizzle-orm/pg-core";
import { drizzle } from "drizzle-orm/pg-proxy";

const person = pgTable("person", { id: integer(), nickname: text() });
const order = pgTable("order", { id: integer(), personId: integer("person_id") });
async function joined(columns, rows) {
  const db = drizzle(() => Promise.resolve({ rows }));
  return JSON.stringify(await db.select({ id: order.id, person: columns }).from(order).leftJoin(person, eq(person.id, order.personId)));
}
const { id, nickname } = person;
console.log(`nickname: ${await joined({ nickname }, [[10, null], [11, null]])}`);
console.log(`and id: ${await joined({ id, nickname }, [[10, 1, null], [11, null, null]])}`);
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = 'nickname: [{"id":10,"person":null},{"id":11,"person":null}]
and id: [{"id":10,"person":{"id":1,"nickname":null}},{"id":11,"person":null}]' ] || { echo "The behaviour has changed."; exit 1; }
