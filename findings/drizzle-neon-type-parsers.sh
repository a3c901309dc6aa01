#!/usr/bin/env bash
# drizzle-orm 0.45.4, `drizzle-orm/neon-http`, with @neondatabase/serverless 1.2.0.
#
# Creating a drizzle client replaces parsers in the driver's single type table, which every client in the isolate shares. A query that a
# library or another part of the program sends through the driver alone returns dates as Date objects until somebody calls `drizzle()`, and
# as strings from then on.
#
# Seen: `before: Date, after: string`.
# Way out: give such a client its own types, `neon(url, { types })`, or read `timestamptz` as text in its SQL.
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

const fields = [{ name: "at", dataTypeID: 1184, tableID: 0, columnID: 0, dataTypeSize: 8, dataTypeModifier: -1, format: "text" }];
const server = createServer((_, response) => {
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify({ fields, rows: [["2026-11-28 10:00:00+00"]], command: "SELECT", rowCount: 1, rowAsArray: true }));
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
neonConfig.fetchEndpoint = `http://127.0.0.1:${server.address().port}/sql`;
const url = "postgresql://user:password@db.example/shop";
const plain = neon(url);
async function kind() {
  const [{ at }] = await plain.query("SELECT now() AS at");
  return at instanceof Date ? "Date" : typeof at;
}
const before = await kind();
drizzle(neon(url));
console.log(`before: ${before}, after: ${await kind()}`);
server.close();
server.closeAllConnections();
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = 'before: Date, after: string' ] || { echo "The behaviour has changed."; exit 1; }
