#!/usr/bin/env bash
# chanfana 3.4.0 (OpenAPI for Hono and itty-router on Workers): a request whose body is not JSON.
#
# A malformed or truncated body is validated as `{}`. If all fields are optional or have defaults, as in a PATCH or in settings, the request
# succeeds: it saves the defaults, or nothing, and returns 200. If a field is required, the error mentions that field instead of the JSON.
#
# Seen: see the last lines.
# Way out: parse the body in a middleware before, and answer 400.
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
const settings = z.object({ theme: z.enum(["light", "dark"]).default("light"), name: z.string().optional() });
app.put("/settings", endpoint({ body: { content: { "application/json": { schema: settings } } } }));
const put = (body) => ask("/settings", { method: "PUT", body, headers: { "content-type": "application/json" } });
console.log("whole:", await put('{"theme":"dark"}'));
console.log("cut off:", await put('{"theme":"dark"'));
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = 'whole: 200 {"body":{"theme":"dark"}}
cut off: 200 {"body":{"theme":"light"}}' ] || { echo "The behaviour has changed."; exit 1; }
