#!/usr/bin/env bash
# workers-qb 1.14.0 (a query builder for D1 and Durable Objects): `whereIn` with an empty list.
#
# The condition is omitted, so the query returns every row where SQL's `IN ()` returns none: a person who is a member of no project gets all
# projects. `whereNotIn` omits it too, which is correct there.
#
# Seen: see the last lines.
# Way out: return early when the list is empty, or `.where("1 = 0")`.
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
for (const ids of [[1, 2], []]) console.log(text(builder.select("projects").whereIn("id", ids).toSQL().sql));
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = 'SELECT * FROM projects WHERE (id) IN (VALUES (?), (?))
SELECT * FROM projects' ] || { echo "The behaviour has changed."; exit 1; }
