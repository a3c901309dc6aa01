#!/usr/bin/env bash
# zod 4.6.7, `z.toJSONSchema(schema, { io: "input" })` of an object with `.catch()`.
#
# A field with `.catch(10)` may be omitted: zod uses 10. Its JSON Schema has the default but still lists the field in `required`. With
# `.default(10)` it does not. So clients generated from the document must send a field that the server never needs.
#
# Seen: see the last lines.
# Way out: `.default()` outside of `.catch()`, or `.optional()` inside of it.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error zod@4.6.7 > /dev/null
cat > run.mjs <<'JS'
import * as z from "zod";

const query = z.object({ page: z.number().default(1), size: z.number().catch(10) });
console.log(`zod: ${JSON.stringify(query.parse({}))}`);
console.log(`schema: required ${JSON.stringify(z.toJSONSchema(query, { io: "input" }).required)}`);
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = 'zod: {"page":1,"size":10}
schema: required ["size"]' ] || { echo "The behaviour has changed."; exit 1; }
