#!/usr/bin/env bash
# @anthropic-ai/sdk 1.12.0: the snapshots of `messages.stream().on("inputJson", (delta, snapshot) => …)`.
#
# A string that is still being written is missing from the snapshot instead of appearing partially: an argument `content` with a whole file
# appears only when its closing quote arrives. A program that shows a file while the model writes it shows nothing until the end. After a
# stop at `max_tokens`, the final input lacks the argument, as if the model had never begun it.
#
# Seen: see the last lines.
# Way out: a parser of one's own over the deltas, and a look at the stop reason before a tool runs.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error @anthropic-ai/sdk@1.12.0 > /dev/null
cat > run.mjs <<'JS'
import { createServer } from "node:http";
import Anthropic from "@anthropic-ai/sdk";

const pieces = ['{"path":"a.ts","content":"export', " const a", ' = 1;"', "}"];
const usage = { input_tokens: 1, output_tokens: 1 };
const message = { id: "m", type: "message", role: "assistant", model: "m", content: [], stop_reason: null, stop_sequence: null, usage };
const events = [
  { type: "message_start", message },
  { type: "content_block_start", index: 0, content_block: { type: "tool_use", id: "t", name: "write_file", input: {} } },
  ...pieces.map((partial_json) => ({ type: "content_block_delta", index: 0, delta: { type: "input_json_delta", partial_json } })),
  { type: "content_block_stop", index: 0 },
  { type: "message_delta", delta: { stop_reason: "tool_use", stop_sequence: null }, usage },
  { type: "message_stop" },
];
const server = createServer((_, response) => {
  response.setHeader("content-type", "text/event-stream");
  response.end(events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join(""));
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const client = new Anthropic({ apiKey: "key", baseURL: `http://127.0.0.1:${server.address().port}` });
const stream = client.messages.stream({ model: "m", max_tokens: 99, messages: [{ role: "user", content: "write" }] });
stream.on("inputJson", (_, snapshot) => console.log(JSON.stringify(snapshot)));
await stream.done();
server.close();
server.closeAllConnections();
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = '{"path":"a.ts"}
{"path":"a.ts"}
{"path":"a.ts","content":"export const a = 1;"}
{"path":"a.ts","content":"export const a = 1;"}' ] || { echo "The behaviour has changed."; exit 1; }
