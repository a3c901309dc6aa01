#!/usr/bin/env bash
# @anthropic-ai/sdk 1.12.0 with zod 4.6.7: `zodOutputFormat` of helpers/zod.
#
# For `z.record(z.string(), z.number())`, such as scores by name, the request contains an object schema without properties and with
# `additionalProperties: false`. The only value that it allows is `{}`, which the record also accepts. So a model that follows the schema
# returns no entry, and nothing fails. Other unsupported types, such as a tuple, throw. `z.looseObject` and a catch-all are closed in the
# same way.
#
# Seen: see the last lines.
# Way out: an array of `{ name, value }`.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error @anthropic-ai/sdk@1.12.0 zod@4.6.7 > /dev/null
cat > run.mjs <<'JS'
import { zodOutputFormat } from "@anthropic-ai/sdk/helpers/zod";
import { z } from "zod";

const scores = z.record(z.string(), z.number());
const schemas = {
  record: z.object({ scores }),
  loose: z.looseObject({}),
  "catch-all": z.object({}).catchall(z.number()),
  tuple: z.object({ pair: z.tuple([z.string(), z.number()]) }),
};
for (const [name, schema] of Object.entries(schemas)) {
  try {
    const { type, properties, additionalProperties } = zodOutputFormat(schema).schema;
    const sent = name === "record" ? properties.scores : { type, properties, additionalProperties };
    console.log(`${name}: ${JSON.stringify([sent.type, sent.properties, sent.additionalProperties])}`);
  } catch {
    console.log(`${name}: throws`);
  }
}
console.log(`taken: ${JSON.stringify(zodOutputFormat(schemas.record).parse('{"scores":{}}'))}`);
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = 'record: ["object",{},false]
loose: ["object",{},false]
catch-all: ["object",{},false]
tuple: throws
taken: {"scores":{}}' ] || { echo "The behaviour has changed."; exit 1; }
