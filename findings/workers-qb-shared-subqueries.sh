#!/usr/bin/env bash
# workers-qb 1.14.0 (a query builder for D1 and Durable Objects): two queries from one that has a subquery.
#
# A builder looks immutable, because each call returns a new one. But all of them share one object for subqueries, under numbers that each
# counts independently. Two queries that continue from one with a subquery use the same number for theirs. The second one's subquery
# replaces that of the first query, which then selects different rows.
#
# Seen: see the last lines. The first query asks for the ones in "archived".
# Way out: build each query from `select` on.
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
const ids = (table) => builder.select(table).fields("id");
const own = builder.select("projects").where("owner IN ?", ids("friends"));
const archived = own.where("id IN ?", ids("archived"));
const starred = own.where("id IN ?", ids("starred"));
console.log("archived:", text(archived.toSQL().sql));
console.log("starred:", text(starred.toSQL().sql));
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = 'archived: SELECT * FROM projects WHERE (owner IN (SELECT id FROM friends)) AND (id IN (SELECT id FROM starred))
starred: SELECT * FROM projects WHERE (owner IN (SELECT id FROM friends)) AND (id IN (SELECT id FROM starred))' ] || { echo "The behaviour has changed."; exit 1; }
