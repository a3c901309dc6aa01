#!/usr/bin/env bash
# @neondatabase/serverless 1.2.0 (Neon over HTTP): `numeric` and `bigint` alone and in arrays.
#
# A `numeric` is a string, because a JavaScript number cannot hold it. Elements of a `numeric[]`, however, are numbers, silently rounded. So
# `array_agg(price)` returns different amounts than the rows that it aggregates. A `bigint[]` keeps its strings.
#
# Seen: see the last lines.
# Way out: cast, `array_agg(price::text)`.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error @neondatabase/serverless@1.2.0 > /dev/null
cat > run.mjs <<'JS'
import { types } from "@neondatabase/serverless";

const read = (oid, text) => JSON.stringify(types.getTypeParser(oid, "text")(text));
console.log(`numeric: ${read(1700, "1234567890123456.78")}`);
console.log(`numeric[]: ${read(1231, "{1234567890123456.78,0.10}")}`);
console.log(`bigint[]: ${read(1016, "{9007199254740993}")}`);
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = 'numeric: "1234567890123456.78"
numeric[]: [1234567890123456.8,0.1]
bigint[]: ["9007199254740993"]' ] || { echo "The behaviour has changed."; exit 1; }
