#!/usr/bin/env bash
# drizzle-orm 0.45.4 over @neondatabase/serverless 1.2.0: a text in a `jsonb` or `json` column.
#
# The driver has already parsed the column, and drizzle parses a resulting string again. So it reads the stored JSON string "42" as the
# number 42, "true" as a boolean and "[1]" as an array, while "hello" stays a string: the type depends on what a person wrote. The gateway
# below responds as Neon's does.
#
# Seen: `"hello" "42"` is stored, `driver: string string`, `drizzle: string number`.
# Way out: store no bare text as JSON, but an object that has it.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error drizzle-orm@0.45.4 @neondatabase/serverless@1.2.0 > /dev/null
cat > run.mjs <<'JS'
import { createServer } from "node:http";
import { neon, neonConfig } from "@neondatabase/serverless";
import { drizzle } from "drizzle-orm/neon-http";
import { jsonb, pgTable } from "drizzle-orm/pg-core";

const fields = [{ name: "value", dataTypeID: 3802, tableID: 0, columnID: 0, dataTypeSize: -1, dataTypeModifier: -1, format: "text" }];
const rows = [[JSON.stringify("hello")], [JSON.stringify("42")]];
const server = createServer((_, response) => {
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify({ fields, rows, command: "SELECT", rowCount: rows.length, rowAsArray: true }));
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
neonConfig.fetchEndpoint = `http://127.0.0.1:${server.address().port}/sql`;
const sql = neon("postgresql://user:password@db.example/shop");
const setting = pgTable("setting", { value: jsonb("value") });

const types = (read) => read.map(({ value }) => typeof value).join(" ");
console.log(`driver: ${types(await sql.query("SELECT value FROM setting"))}`);
console.log(`drizzle: ${types(await drizzle(sql).select().from(setting))}`);
server.close();
server.closeAllConnections();
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = 'driver: string string
drizzle: string number' ] || { echo "The behaviour has changed."; exit 1; }
