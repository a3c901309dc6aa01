#!/usr/bin/env bash
# chanfana 3.4.0 (OpenAPI for Hono and itty-router on Workers): optional headers of a request.
#
# A header in the schema that the request lacks is validated as `null`, which an optional schema refuses. So `z.string().optional()` makes a
# header required, although the OpenAPI document says that it is optional. Clients generated from the document get a 400 for every request
# without it.
#
# Seen: see the last lines.
# Way out: `.nullish()` in place of `.optional()`.
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
app.get("/optional", endpoint({ headers: z.object({ "x-tenant": z.string().optional() }) }));
app.get("/nullish", endpoint({ headers: z.object({ "x-tenant": z.string().nullish() }) }));
const { paths } = await (await app.fetch(new Request("http://localhost/openapi.json"))).json();
console.log("required by the document:", paths["/optional"].get.parameters[0].required);
console.log("optional:", await ask("/optional"));
console.log("nullish:", await ask("/nullish"));
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = 'required by the document: false
optional: 400 Invalid input: expected string, received null
nullish: 200 {"headers":{"x-tenant":null}}' ] || { echo "The behaviour has changed."; exit 1; }
