#!/usr/bin/env bash
# zod 4.6.7, `schema.partial()` of an object with `.default()`, as the schema of a PATCH.
#
# A field that the request omits is not omitted from the result: zod inserts its default, although `partial()` has made the field optional.
# Zod 3 returned `{}`. So `UPDATE … SET` with the result resets every field with a default that the client did not mention.
#
# Seen: `zod 4: {"theme":"light"}, zod 3: {}`.
# Way out: make the schema of the PATCH first, and extend it by the defaults for the POST.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error zod@4.6.7 > /dev/null
cat > run.mjs <<'JS'
import { z } from "zod";
import { z as three } from "zod/v3";

const settings = (z) => z.object({ name: z.string(), theme: z.string().default("light") });
const patched = (z) => JSON.stringify(settings(z).partial().parse({}));
console.log(`zod 4: ${patched(z)}, zod 3: ${patched(three)}`);
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = 'zod 4: {"theme":"light"}, zod 3: {}' ] || { echo "The behaviour has changed."; exit 1; }
