#!/usr/bin/env bash
# @anthropic-ai/sdk 1.12.0: `Retry-After` of a 429.
#
# The client waits as long as the header says, however long: neither its own `timeout`, 10 s here, nor a maximum ends the pause. When a
# day's limit is used up, `messages.create()` is silent for hours with two retries left. (The timer below records the pause and ends it.)
#
# Seen: `paused for 7200 s, then answered`.
# Way out: `maxRetries: 0` and retries of one's own (worker/agents/loop/retry-backoff.ts), or a signal with a deadline.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error @anthropic-ai/sdk@1.12.0 > /dev/null
cat > run.mjs <<'JS'
import { createServer } from "node:http";
import Anthropic from "@anthropic-ai/sdk";

const usage = { input_tokens: 1, output_tokens: 1 };
const message = { id: "m", type: "message", role: "assistant", model: "m", content: [], stop_reason: "end_turn", usage };
let requests = 0;
const server = createServer((_, response) => {
  requests += 1;
  if (requests === 1) response.writeHead(429, { "content-type": "application/json", "retry-after": "7200" });
  else response.writeHead(200, { "content-type": "application/json" });
  response.end(JSON.stringify(requests === 1 ? { type: "error", error: { type: "rate_limit_error", message: "wait" } } : message));
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const client = new Anthropic({ apiKey: "key", baseURL: `http://127.0.0.1:${server.address().port}`, timeout: 10_000, maxRetries: 1 });

let pause = 0;
const { setTimeout: original } = globalThis;
globalThis.setTimeout = (callback, ms, ...rest) => {
  if (ms <= 10_000) return original(callback, ms, ...rest);
  pause = ms;
  return original(callback, 0, ...rest);
};
const { type } = await client.messages.create({ model: "m", max_tokens: 9, messages: [{ role: "user", content: "hello" }] });
console.log(`paused for ${pause / 1000} s, then ${type === "message" ? "answered" : "failed"}`);
server.close();
server.closeAllConnections();
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = 'paused for 7200 s, then answered' ] || { echo "The behaviour has changed."; exit 1; }
