#!/usr/bin/env bash
# workers-qb 1.14.0 (a query builder for D1 and Durable Objects): `insert` of several rows.
#
# The columns are the keys of the first row, and each row's values follow in the order of its own keys. A row with keys in another order,
# such as one from another request or with a default filled in, has its values in the wrong columns. SQLite accepts them whatever their
# type, so nothing fails.
#
# Seen: see the last lines. "editor" becomes a name, and "Bo" a role.
# Way out: make each row anew with its keys in one order.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error workers-qb@1.14.0 > /dev/null
cat > run.mjs <<'JS'
import { D1QB } from "workers-qb";

const builder = new D1QB({});
const text = (sql) => sql.replace(/\s+/g, " ");
const { query, arguments: values } = builder.insert({
  tableName: "members",
  data: [
    { name: "Ada", role: "owner" },
    { role: "editor", name: "Bo" },
  ],
});
console.log(text(query));
console.log(JSON.stringify(values));
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = 'INSERT INTO members (name, role) VALUES (?1, ?2), (?3, ?4)
["Ada","owner","editor","Bo"]' ] || { echo "The behaviour has changed."; exit 1; }
