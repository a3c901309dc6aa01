#!/usr/bin/env bash
# chanfana 3.4.0 (OpenAPI for Hono and itty-router on Workers): values of a query.
#
# An empty value, which a form sends for an unfilled field, is validated as `null`, and an optional string refuses it. An array of numbers
# refuses every list, because its members stay strings, whereas a single number is converted. The OpenAPI document describes both as
# declared.
#
# Seen: see the last lines.
# Way out: `.nullish()` for texts, and `z.array(z.coerce.number())`.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error chanfana@3.4.0 hono@4.13.19 zod@4.6.7 > /dev/null
cat > run.mjs <<'JS'
import { fromHono, OpenAPIRoute } from "chanfana";
import { Hono } from "hono";
import { z } from "zod";

const app = fromHono(new Hono());
const endpoint = (request) =>
  class extends OpenAPIRoute {
    schema = { request, responses: {} };
    async handle() {
      const { query, headers, body } = await this.getValidatedData();
      return Response.json({ query, headers, body });
    }
  };
async function ask(path, options) {
  const response = await app.fetch(new Request(`http://localhost${path}`, options));
  const answer = await response.json();
  return `${response.status} ${answer.errors?.[0].message ?? JSON.stringify(answer)}`;
}
const query = z.object({ search: z.string().optional(), page: z.number().optional(), ids: z.array(z.number()).optional() });
app.get("/items", endpoint({ query }));
for (const search of ["search=a&page=2", "search=&page=2", "ids=1&ids=2"]) console.log(`${search}:`, await ask(`/items?${search}`));
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = 'search=a&page=2: 200 {"query":{"search":"a","page":2}}
search=&page=2: 400 Invalid input: expected string, received null
ids=1&ids=2: 400 Invalid input: expected number, received string' ] || { echo "The behaviour has changed."; exit 1; }
