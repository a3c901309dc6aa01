#!/usr/bin/env bash
# drizzle-orm 0.45.4, relational queries (`db.query.….findMany({ with: … })`) over PGlite 0.5.17.
#
# Rows of a relation arrive as JSON that drizzle parses, so their numbers were once JavaScript numbers. The same `numeric` column is exact
# when its table is selected and rounded when it is nested, although both are strings. A `bigint` in mode "bigint" is a different number,
# `10.00` is "10", and a custom `bytea` type gets a string instead of bytes.
#
# Seen: see the last lines.
# Way out: select amounts by a join, or cast them to text in `extras`.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error drizzle-orm@0.45.4 @electric-sql/pglite@0.5.17 > /dev/null
cat > run.mjs <<'JS'
import { PGlite } from "@electric-sql/pglite";
import { relations } from "drizzle-orm";
import { bigint, integer, numeric, pgTable } from "drizzle-orm/pg-core";
import { drizzle } from "drizzle-orm/pglite";

const shop = pgTable("shop", { id: integer().primaryKey() });
const sale = pgTable("sale", {
  shopId: integer("shop_id"),
  amount: numeric(),
  serial: bigint({ mode: "bigint" }),
});
const schema = {
  shop,
  sale,
  shopRelations: relations(shop, ({ many }) => ({ sales: many(sale) })),
  saleRelations: relations(sale, ({ one }) => ({ shop: one(shop, { fields: [sale.shopId], references: [shop.id] }) })),
};
const client = new PGlite();
await client.exec(`CREATE TABLE shop (id integer); CREATE TABLE sale (shop_id integer, amount numeric, serial bigint);
  INSERT INTO shop VALUES (1); INSERT INTO sale VALUES (1, 12345678901234567.10, 9007199254740993)`);
const db = drizzle(client, { schema });
const [selected] = await db.select().from(sale);
const { sales } = await db.query.shop.findFirst({ with: { sales: true } });
for (const [name, row] of [["selected", selected], ["nested", sales[0]]]) console.log(`${name}: ${row.amount} ${row.serial}`);
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = 'selected: 12345678901234567.10 9007199254740993
nested: 12345678901234568 9007199254740992' ] || { echo "The behaviour has changed."; exit 1; }
