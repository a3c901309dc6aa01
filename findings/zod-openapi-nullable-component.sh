#!/usr/bin/env bash
# @asteasolutions/zod-to-openapi (as @hono/zod-openapi 1.6.3 uses it), zod 4.6.7.
#
# A named schema becomes a component of the OpenAPI document in the form in which the generator first meets it. If that is
# `schema.nullable()`, the component itself is written as `type: ["object", "null"]`, so every other reference to it also says "or null",
# although its schema does not. If it was registered alone beforehand, it is an object.
#
# Seen: `nullable first: ["object","null"]`, `registered first: "object"`.
# Way out: register a component that is somewhere "or null" before the routes that use it.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error @hono/zod-openapi@1.6.3 zod@4.6.7 hono@4.13.19 > /dev/null
cat > run.mjs <<'JS'
import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";

function typeOfComponent(isRegisteredFirst) {
  const city = z.object({ name: z.string() }).openapi("City");
  const app = new OpenAPIHono();
  const answer = (schema) => ({ 200: { description: "ok", content: { "application/json": { schema } } } });
  const handler = (c) => c.json({ home: null }, 200);
  if (isRegisteredFirst) app.openAPIRegistry.register("City", city);
  app.openapi(createRoute({ method: "get", path: "/person", responses: answer(z.object({ home: city.nullable() })) }), handler);
  app.openapi(createRoute({ method: "get", path: "/city", responses: answer(city) }), handler);
  const document = app.getOpenAPI31Document({ openapi: "3.1.0", info: { title: "t", version: "1" } });
  return JSON.stringify(document.components.schemas.City.type);
}
console.log(`nullable first: ${typeOfComponent(false)}`);
console.log(`registered first: ${typeOfComponent(true)}`);
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = 'nullable first: ["object","null"]
registered first: "object"' ] || { echo "The behaviour has changed."; exit 1; }
