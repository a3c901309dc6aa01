#!/usr/bin/env bash
# agents 0.32.0 (Cloudflare's Agents SDK), in workerd by miniflare 5.20261102.0-beta: the name of an agent in a URL.
#
# `routeAgentRequest` takes the name from the path without decoding it. `/agents/room/team%20one` is the agent named "team%20one", and
# `getAgentByName(env.Room, "team one")` is a different object with different state. Every name with a character that URLs encode has two
# agents: browsers reach one, and the server's own code, a cron or a webhook reaches the other.
#
# Seen: see the last lines.
# Way out: names of letters, digits, "-", "_", "." and "~" alone, or `getAgentByName(env.Room, encodeURIComponent(name))` everywhere.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error agents@0.32.0 ai@7.0.173 zod@4.6.7 esbuild@0.28.2 miniflare@5.20261102.0-beta node@24.21.0 > /dev/null
cat > worker.js <<'JS'
import { Agent, getAgentByName, routeAgentRequest } from "agents";

export class Room extends Agent {
  initialState = { visits: 0 };
  visit() {
    this.setState({ visits: this.state.visits + 1 });
    return `the agent "${this.name}", visit ${this.state.visits}`;
  }
  onRequest() {
    return new Response(this.visit());
  }
}
export default {
  async fetch(request, env) {
    const name = new URL(request.url).searchParams.get("name");
    if (name === null) return (await routeAgentRequest(request, env)) ?? new Response("none", { status: 404 });
    return new Response(await (await getAgentByName(env.Room, name)).visit());
  },
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
    durableObjects: { Room: { className: "Room", useSQLite: true } },
  }),
);
const text = async (path) => (await runtime.dispatchFetch(`http://localhost${path}`)).text();
for (const name of ["team-one", "team one", "a:b"]) {
  console.log("by name:", await text(`/?name=${encodeURIComponent(name)}`));
  console.log("by address:", await text(`/agents/room/${encodeURIComponent(name)}`));
}
await runtime.dispose();
JS
seen=$(node_modules/.bin/node run.mjs)
echo "$seen"
[ "$seen" = 'by name: the agent "team-one", visit 1
by address: the agent "team-one", visit 2
by name: the agent "team one", visit 1
by address: the agent "team%20one", visit 1
by name: the agent "a:b", visit 1
by address: the agent "a%3Ab", visit 1' ] || { echo "The behaviour has changed."; exit 1; }
