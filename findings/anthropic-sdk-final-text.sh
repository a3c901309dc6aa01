#!/usr/bin/env bash
# @anthropic-ai/sdk 1.12.0: `stream.finalText()` of `messages.stream()`.
#
# The text blocks of a message are joined with a space. When a model cites or has searched, one sentence consists of several blocks, because
# each block has its own citations and can begin or end in the middle of the sentence. The text then contains spaces before commas and
# within words. Concatenated blocks, or the deltas of the `text` event, contain what the model wrote.
#
# Seen: see the last lines.
# Way out: `(await stream.finalMessage()).content`, its texts joined with nothing.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error @anthropic-ai/sdk@1.12.0 > /dev/null
cat > run.mjs <<'JS'
import Anthropic from "@anthropic-ai/sdk";

const usage = { input_tokens: 1, output_tokens: 1 };
const message = { id: "msg_1", type: "message", role: "assistant", model: "model", content: [], stop_reason: null, stop_sequence: null, usage };
const block = (index, text) => [
  { type: "content_block_start", index, content_block: { type: "text", text: "" } },
  { type: "content_block_delta", index, delta: { type: "text_delta", text } },
  { type: "content_block_stop", index },
];
const events = [
  { type: "message_start", message },
  ...["The river is ", "1,094 km long", ", says the atlas."].flatMap((text, index) => block(index, text)),
  { type: "message_delta", delta: { stop_reason: "end_turn", stop_sequence: null }, usage },
  { type: "message_stop" },
];
const body = events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join("");
const fetch = async () => new Response(body, { headers: { "content-type": "text/event-stream" } });
const stream = new Anthropic({ apiKey: "none", maxRetries: 0, fetch }).messages.stream({
  model: "model", max_tokens: 10, messages: [{ role: "user", content: "How long?" }],
});
let streamed = "";
stream.on("text", (delta) => {
  streamed += delta;
});
console.log(`final: ${await stream.finalText()}`);
console.log(`streamed: ${streamed}`);
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = 'final: The river is  1,094 km long , says the atlas.
streamed: The river is 1,094 km long, says the atlas.' ] || { echo "The behaviour has changed."; exit 1; }
