#!/usr/bin/env bash
# agents 0.32.0 (Cloudflare's Agents SDK), in workerd by miniflare 5.20261102.0-beta: weekdays in `this.schedule(cron, …)`.
#
# The same expression means a different day than in a Worker's cron triggers. Cloudflare's triggers count weekdays from 1 for Sunday to 7
# for Saturday (developers.cloudflare.com/workers/configuration/cron-triggers/, read 2026-11). An agent counts as Unix does, with 0 or 7 for
# Sunday. A job that moves from wrangler's `crons` to an agent runs a day later: "0 9 * * 1", Sunday there, is Monday here, and "0 9 * * 7",
# Saturday there, is Sunday.
#
# Seen: see the last lines.
# Way out: names of days, SUN to SAT, which both read alike.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error agents@0.32.0 ai@7.0.173 zod@4.6.7 esbuild@0.28.2 miniflare@5.20261102.0-beta node@24.21.0 > /dev/null
cat > worker.js <<'JS'
import { Agent, getAgentByName } from "agents";

export class Clock extends Agent {
  async days(expressions) {
    const days = [];
    for (const expression of expressions) {
      const { time } = await this.schedule(expression, "tick");
      days.push(`${expression}: ${new Date(time * 1_000).toLocaleDateString("en", { weekday: "long", timeZone: "UTC" })}`);
    }
    return days;
  }
  tick() {}
}
export default {
  async fetch(request, env) {
    const expressions = ["0 9 * * 1", "0 9 * * 7", "0 9 * * 0", "0 9 * * SUN", "0 9 * * MON"];
    return new Response((await (await getAgentByName(env.Clock, "one")).days(expressions)).join("\n"));
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
    durableObjects: { Clock: { className: "Clock", useSQLite: true } },
  }),
);
console.log(await (await runtime.dispatchFetch("http://localhost/")).text());
await runtime.dispose();
JS
seen=$(node_modules/.bin/node run.mjs)
echo "$seen"
[ "$seen" = '0 9 * * 1: Monday
0 9 * * 7: Sunday
0 9 * * 0: Sunday
0 9 * * SUN: Sunday
0 9 * * MON: Monday' ] || { echo "The behaviour has changed."; exit 1; }
