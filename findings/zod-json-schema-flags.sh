#!/usr/bin/env bash
# zod 4.6.7, `z.toJSONSchema`.
#
# A regular expression becomes a `pattern` without its flags, of which JSON Schema has none: what zod accepts by `i` the schema refuses.
# Nothing is reported, though what it cannot represent otherwise, such as a Date, is an error. A validator of the document, a generated
# client or a model that is held to the schema then refuses values that the server takes.
#
# Seen: see the last lines.
# Way out: write both cases into the expression, `[a-fA-F]`.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error zod@4.6.7 > /dev/null
cat > run.mjs <<'JS'
import * as z from "zod";

const colour = z.string().regex(/^#[a-f0-9]{6}$/i);
const { pattern } = z.toJSONSchema(colour);
console.log(`zod: ${colour.safeParse("#FFCC00").success}`);
console.log(`schema: ${pattern} ${new RegExp(pattern, "u").test("#FFCC00")}`);
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = 'zod: true
schema: ^#[a-f0-9]{6}$ false' ] || { echo "The behaviour has changed."; exit 1; }
