#!/usr/bin/env bash
# zod 4.6.7, `z.toJSONSchema`.
#
# A regular expression becomes a `pattern` without its flags, which JSON Schema does not have: the schema refuses what zod accepts because
# of `i`. Nothing reports this, although other values that it cannot represent, such as a Date, are errors. A document validator, a
# generated client or a model that follows the schema then refuses values that the server accepts.
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
