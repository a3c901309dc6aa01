#!/usr/bin/env bash
# agents 0.32.0 (Cloudflare's Agents SDK), in workerd by miniflare 5.20261102.0-beta: the URL of a class with an abbreviation in its name.
#
# `routeAgentRequest` puts a hyphen before each capital letter of the binding's name. The class HTTPAgent is therefore at
# /agents/h-t-t-p-agent/…, not /agents/http-agent/…. The latter returns 400 "Invalid request" without the correct name; only the Worker's
# log has an explanation. A digit starts no word: Room2 is at /agents/room2/….
#
# Seen: see the last lines.
# Way out: write abbreviations of class names as words, HttpAgent, which is at /agents/http-agent/….
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error agents@0.32.0 ai@7.0.173 zod@4.6.7 esbuild@0.28.2 miniflare@5.20261102.0-beta node@24.21.0 > /dev/null
cat > worker.js <<'JS'
import { Agent, routeAgentRequest } from "agents";

const named = (name) =>
  class extends Agent {
    onRequest() {
      return new Response(`the agent ${name}`);
    }
  };
export const HTTPAgent = named("HTTPAgent");
export const UrlAgent = named("UrlAgent");
export const Room2 = named("Room2");
export default {
  fetch: async (request, env) => (await routeAgentRequest(request, env)) ?? new Response("none", { status: 404 }),
};
JS
cat > run.mjs <<'JS'
import { builtinModules } from "node:module";
import { readFileSync } from "node:fs";
import { build } from "esbuild";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";

await build({
  entryPoints: ["worker.js"],
  outfile: "out.js",
  bundle: true,
  format: "esm",
  platform: "neutral",
  target: "es2024",
  mainFields: ["module", "main"],
  conditions: ["workerd", "worker", "browser"],
  external: ["cloudflare:*", "node:*", ...builtinModules],
  banner: { js: 'import { createRequire } from "node:module"; const require = createRequire("/");' },
  logLevel: "error",
});
const runtime = new Miniflare(
  convertV4MiniflareOptions({
    modules: true,
    script: readFileSync("out.js", "utf8"),
    compatibilityDate: "2026-11-01",
    compatibilityFlags: ["nodejs_compat"],
    durableObjects: { 
      HTTPAgent: { className: "HTTPAgent", useSQLite: true },
      UrlAgent: { className: "UrlAgent", useSQLite: true },
      Room2: { className: "Room2", useSQLite: true },
    },
  }),
);
for (const path of ["h-t-t-p-agent", "http-agent", "url-agent", "room2", "room-2"]) {
  const answer = await runtime.dispatchFetch(`http://localhost/agents/${path}/one`);
  console.log(`/agents/${path}/one: ${answer.status} ${await answer.text()}`);
}
await runtime.dispose();
JS
seen=$(node_modules/.bin/node run.mjs 2> /dev/null | grep "^/agents")
echo "$seen"
[ "$seen" = '/agents/h-t-t-p-agent/one: 200 the agent HTTPAgent
/agents/http-agent/one: 400 Invalid request
/agents/url-agent/one: 200 the agent UrlAgent
/agents/room2/one: 200 the agent Room2
/agents/room-2/one: 400 Invalid request' ] || { echo "The behaviour has changed."; exit 1; }
