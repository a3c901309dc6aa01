#!/usr/bin/env bash
# workerd 1.20261102.1 by miniflare 5.20261102.0-beta: `alarm()` of a Durable Object that sets the next alarm and then throws.
#
# An alarm whose handler throws is retried after two seconds, six times. If the handler has first set the next alarm, as an hourly job does
# so that a failure cannot end the chain, it is not retried: the next alarm is the new one, with `retryCount` 0. `deleteAlarm()` in the
# handler has the same effect, with no following alarm.
#
# Seen: see the last lines (the runtime also prints that the handler was cancelled).
# Way out: set the next alarm as the last step, or catch the failure and set an earlier one.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error miniflare@5.20261102.0-beta node@24.21.0 > /dev/null
cat > run.mjs <<'JS'
import { convertV4MiniflareOptions, Miniflare } from "miniflare";

const script = `import { DurableObject } from "cloudflare:workers";
export class Job extends DurableObject {
  calls = [];
  async start(way) {
    this.way = way;
    await this.ctx.storage.setAlarm(Date.now());
  }
  async alarm({ retryCount }) {
    this.calls.push(retryCount);
    if (this.way === "set first") await this.ctx.storage.setAlarm(Date.now() + 3_600_000);
    if (this.way === "deleted") await this.ctx.storage.deleteAlarm();
    if (retryCount === 0) throw new Error("the database is away");
  }
  async seen() {
    const next = await this.ctx.storage.getAlarm();
    return "retryCount " + this.calls.join(", ") + "; next " + (next === null ? "none" : "in an hour");
  }
}
export default {
  async fetch(request, env) {
    const [, method, way] = decodeURIComponent(new URL(request.url).pathname).split("/");
    return new Response(await env.JOB.getByName(way)[method](way));
  },
};`;
const runtime = new Miniflare(
  convertV4MiniflareOptions({ modules: true, script, compatibilityDate: "2026-11-01", durableObjects: { JOB: "Job" }, handleRuntimeStdio: () => {} }),
);
const ask = async (method, way) => (await runtime.dispatchFetch(`http://localhost/${method}/${way}`)).text();
const ways = ["not set", "set first", "deleted"];
for (const way of ways) await ask("start", way);
// The alarm that is tried again comes last: it was started first, and the others have had as long.
while (!(await ask("seen", "not set")).includes(", 1")) await new Promise((resolve) => setTimeout(resolve, 200));
await new Promise((resolve) => setTimeout(resolve, 1_500));
for (const way of ways) console.log(`${way}: ${await ask("seen", way)}`);
await runtime.dispose();
JS
seen=$(node_modules/.bin/node run.mjs)
echo "$seen"
[ "$seen" = 'not set: retryCount 0, 1; next none
set first: retryCount 0; next in an hour
deleted: retryCount 0; next none' ] || { echo "The behaviour has changed."; exit 1; }
