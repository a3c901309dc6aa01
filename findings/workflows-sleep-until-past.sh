#!/usr/bin/env bash
# miniflare 5.20261102.0-beta (workerd 1.20261102.1): Workflows, `step.sleepUntil(date)`.
#
# A past date throws and ends the Workflow, while a sleep of zero (`step.sleep(name, 0)`) is allowed. One would expect it to continue
# immediately, as a due timer does. A reminder that was requested a moment too late, or whose previous step took longer than expected, fails
# instead of being sent.
#
# Seen: see the last lines.
# Way out: step.sleep(name, Math.max(0, date - Date.now())).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error miniflare@5.20261102.0-beta node@24.21.0 > /dev/null
cat > run.mjs <<'JS'
import { convertV4MiniflareOptions, Miniflare } from "miniflare";

const script = `import { WorkflowEntrypoint } from "cloudflare:workers";
export class Reminder extends WorkflowEntrypoint {
  async run({ payload }, step) {
    if (payload === "sleep") await step.sleep("no time", 0);
    else await step.sleepUntil("due", new Date(Date.now() - 1000));
    return "sent";
  }
}
export default {
  async fetch(request, env) {
    const lines = [];
    for (const params of ["sleep", "sleepUntil"]) {
      const reminder = await env.REMINDERS.create({ params });
      for (let turn = 0; turn < 200; turn += 1) {
        const { status, output, error } = await reminder.status();
        if (status !== "complete" && status !== "errored") await scheduler.wait(50);
        else {
          lines.push(params + ": " + status + ", " + (output ?? error.message));
          break;
        }
      }
    }
    return new Response(lines.join("\\n"));
  },
};`;
const workflows = { REMINDERS: { name: "reminders", className: "Reminder" } };
const runtime = new Miniflare(convertV4MiniflareOptions({ modules: true, script, compatibilityDate: "2026-11-01", workflows }));
console.log(await (await runtime.dispatchFetch("http://localhost/")).text());
await runtime.dispose();
JS
seen=$(node_modules/.bin/node run.mjs 2> /dev/null)
echo "$seen"
[ "$seen" = "sleep: complete, sent
sleepUntil: errored, You can't sleep until a time in the past, time-traveler" ] || { echo "The behaviour has changed."; exit 1; }
