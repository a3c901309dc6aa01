#!/usr/bin/env bash
# workers-qb 1.14.0 (a query builder for D1 and Durable Objects): `count` and `paginate` of a grouped or distinct query.
#
# The count query is the same query with `count(*)` for its fields and without `GROUP BY`, but with `DISTINCT`. It counts the rows of the
# table instead of the result. `total`, `totalPages` and `hasNext` of `paginate` describe more pages than exist, and a person who pages
# through them sees empty ones.
#
# Seen: see the last lines.
# Way out: count by a query of one's own around it.
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
const byOwner = builder.select("projects").fields(["owner", "count(*) AS n"]).groupBy("owner");
const owners = builder.select("projects").fields("owner").distinct();
for (const query of [byOwner, owners]) {
  const { query: rows, countQuery } = query.getQueryAll();
  console.log(`rows: ${text(rows)}`);
  console.log(`count: ${text(countQuery)}`);
}
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = 'rows: SELECT owner, count(*) AS n FROM projects GROUP BY owner
count: SELECT count(*) as total FROM projects LIMIT 1
rows: SELECT DISTINCT owner FROM projects
count: SELECT DISTINCT count(*) as total FROM projects LIMIT 1' ] || { echo "The behaviour has changed."; exit 1; }
