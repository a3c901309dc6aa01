#!/usr/bin/env bash
# miniflare 5.20261102.0-beta (workerd 1.20261102.1): Workflows, an error that a step throws.
#
# `step.do` throws a different error to the Workflow than the step threw: a plain Error whose name is "Error", whose message begins with the
# name of the original, and which has none of its fields. So `error.name === "PaymentRefused"`, `error.code` and
# `error instanceof NonRetryableError` never match in the Workflow's own catch.
#
# Seen: see the last lines.
# Way out: return what the Workflow has to decide by as the step's result, and throw only what has to be tried again.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error miniflare@5.20261102.0-beta node@24.21.0 > /dev/null
cat > run.mjs <<'JS'
import { convertV4MiniflareOptions, Miniflare } from "miniflare";

const script = `import { WorkflowEntrypoint } from "cloudflare:workers";
import { NonRetryableError } from "cloudflare:workflows";
class PaymentRefused extends Error {
  name = "PaymentRefused";
  code = 402;
}
const once = { retries: { limit: 0, delay: 1 } };
export class Order extends WorkflowEntrypoint {
  async run(event, step) {
    const seen = [];
    const look = (error) => seen.push([error.name, error.message, error.code ?? "no code", error instanceof NonRetryableError].join(" | "));
    await step.do("pay", once, async () => { throw new PaymentRefused("no money"); }).catch(look);
    await step.do("ship", async () => { throw new NonRetryableError("no address"); }).catch(look);
    return seen;
  }
}
export default {
  async fetch(request, env) {
    const order = await env.ORDERS.create();
    for (let turn = 0; turn < 200; turn += 1) {
      const { status, output } = await order.status();
      if (status === "complete") return new Response(output.join("\\n"));
      await scheduler.wait(50);
    }
    return new Response("not complete");
  },
};`;
const workflows = { ORDERS: { name: "orders", className: "Order" } };
const runtime = new Miniflare(convertV4MiniflareOptions({ modules: true, script, compatibilityDate: "2026-11-01", workflows }));
console.log(await (await runtime.dispatchFetch("http://localhost/")).text());
await runtime.dispose();
JS
seen=$(node_modules/.bin/node run.mjs)
echo "$seen"
[ "$seen" = 'Error | PaymentRefused: no money | no code | false
Error | NonRetryableError: no address | no code | false' ] || { echo "The behaviour has changed."; exit 1; }
