#!/usr/bin/env bash
# miniflare 5.20261102.0-beta (workerd 1.20261102.1): Workflows, `instance.sendEvent`.
#
# An event for an instance that has ended is accepted like any other: the promise resolves, nobody ever receives the event, and there is no
# error. A webhook that forwards an approval to a Workflow that has stopped waiting returns 200 for a lost approval.
#
# Seen: see the last line.
# Way out: ask `status()` first, and let the Workflow itself record that the event arrived.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error miniflare@5.20261102.0-beta node@24.21.0 > /dev/null
cat > run.mjs <<'JS'
import { convertV4MiniflareOptions, Miniflare } from "miniflare";

const script = `import { WorkflowEntrypoint } from "cloudflare:workers";
export class Approval extends WorkflowEntrypoint {
  async run() {
    return "not waiting any more";
  }
}
export default {
  async fetch(request, env) {
    const approval = await env.APPROVALS.create();
    for (let turn = 0; turn < 200 && (await approval.status()).status !== "complete"; turn += 1) await scheduler.wait(50);
    const { status } = await approval.status();
    const sent = await approval.sendEvent({ type: "approved", payload: true }).then(() => "accepted", ({ message }) => message);
    return new Response(status + ", event " + sent);
  },
};`;
const workflows = { APPROVALS: { name: "approvals", className: "Approval" } };
const runtime = new Miniflare(convertV4MiniflareOptions({ modules: true, script, compatibilityDate: "2026-11-01", workflows }));
console.log(await (await runtime.dispatchFetch("http://localhost/")).text());
await runtime.dispose();
JS
seen=$(node_modules/.bin/node run.mjs)
echo "$seen"
[ "$seen" = "complete, event accepted" ] || { echo "The behaviour has changed."; exit 1; }
