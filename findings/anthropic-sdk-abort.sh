#!/usr/bin/env bash
# @anthropic-ai/sdk 1.12.0: aborting a stream while it is iterated.
#
# With `messages.create({ stream: true })`, the loop over the events ends as if the response were complete, even if the caller aborted its
# own `signal`. With `messages.stream()`, the same loop throws APIUserAbortError. A program that equates "the loop has ended" with "the
# model has finished" saves half a response, or runs half of its tools, after a cancel.
#
# Seen: `create: ended quietly, stream: APIUserAbortError`.
# Way out: take an answer as complete only after `message_stop`.
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
const message = { id: "m", type: "message", role: "assistant", model: "m", content: [], stop_reason: null, stop_sequence: null, usage };
const server = createServer((_, response) => {
  response.setHeader("content-type", "text/event-stream");
  response.write(`event: message_start\ndata: ${JSON.stringify({ type: "message_start", message })}\n\n`);
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const client = new Anthropic({ apiKey: "key", baseURL: `http://127.0.0.1:${server.address().port}` });
const request = { model: "m", max_tokens: 99, messages: [{ role: "user", content: "hello" }] };

/** What becomes of the loop when the caller aborts after the first event. */
async function outcome(start) {
  const controller = new AbortController();
  try {
    for await (const _ of await start({ signal: controller.signal })) controller.abort();
    return "ended quietly";
  } catch (error) {
    return error.constructor.name;
  }
}
const create = await outcome((options) => client.messages.create({ ...request, stream: true }, options));
const stream = await outcome((options) => client.messages.stream(request, options));
console.log(`create: ${create}, stream: ${stream}`);
server.close();
server.closeAllConnections();
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = 'create: ended quietly, stream: APIUserAbortError' ] || { echo "The behaviour has changed."; exit 1; }
