#!/usr/bin/env bash
# miniflare 5.20261102.0-beta (workerd 1.20261102.1): a Queues consumer that acknowledges a message and then throws.
#
# Cloudflare's documentation says that `message.ack()` and `batch.ackAll()` mark a message as delivered whether or not the handler returns.
# The local runtime redelivers the whole batch when the handler throws, including acknowledged messages. So a consumer that relies on
# `ack()` to keep the finished part of a batch does the work twice in development and tests, and a test that counts deliveries contradicts
# the documentation.
#
# Seen: see the last line; each number is how often that message was delivered.
# Way out: catch what one message throws, and `retry()` that message.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error miniflare@5.20261102.0-beta node@24.21.0 > /dev/null
cat > run.mjs <<'JS'
import { convertV4MiniflareOptions, Miniflare } from "miniflare";

const script = `const delivered = {};
export default {
  async queue(batch) {
    const [message] = batch.messages;
    const { body, attempts } = message;
    delivered[body] = attempts;
    if (attempts > 1) return;
    if (body === "ack, return") return message.ack();
    if (body === "ack, throw") message.ack();
    if (body === "ackAll, throw") batch.ackAll();
    throw new Error("after it");
  },
  async fetch(request, env) {
    for (const body of ["ack, return", "ack, throw", "ackAll, throw", "throw"]) await env.QUEUE.send(body);
    // The message that is not acknowledged comes last, and is delivered again for certain.
    for (let turn = 0; turn < 200 && delivered.throw !== 2; turn += 1) await scheduler.wait(50);
    return Response.json(delivered);
  },
};`;
const runtime = new Miniflare(
  convertV4MiniflareOptions({
    modules: true,
    script,
    compatibilityDate: "2026-11-01",
    queueProducers: { QUEUE: "work" },
    queueConsumers: { work: { maxBatchSize: 1, maxBatchTimeout: 0, maxRetries: 2 } },
  }),
);
console.log(await (await runtime.dispatchFetch("http://localhost/")).text());
await runtime.dispose();
JS
seen=$(node_modules/.bin/node run.mjs 2> /dev/null)
echo "$seen"
[ "$seen" = '{"ack, return":1,"ack, throw":2,"ackAll, throw":2,"throw":2}' ] || { echo "The behaviour has changed."; exit 1; }
