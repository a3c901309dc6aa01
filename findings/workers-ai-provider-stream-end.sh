#!/usr/bin/env bash
# workers-ai-provider 4.0.0 with ai 7.0.173: how a stream ended.
#
# The provider skips an event with an `error`, which OpenAI-compatible servers send when they fail in the middle of a response. The response
# ends there with the finish reason "stop", like a complete one. So does one that the server's filter cut short
# (`finish_reason: "content_filter"`), for which the AI SDK has a separate reason. Half a response counts as a whole one, and nothing is
# retried.
#
# Seen: see the last lines.
# Way out: `rawFinishReason`, which is "content_filter" there; the error is in no part of the stream.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error workers-ai-provider@4.0.0 ai@7.0.173 zod@4.6.7 > /dev/null
cat > run.mjs <<'JS'
import { streamText } from "ai";
import { createWorkersAI } from "workers-ai-provider";

const text = { choices: [{ delta: { content: "The first half" }, finish_reason: null }] };
const ends = {
  error: { error: { message: "The model is overloaded.", code: 3040 } },
  filter: { choices: [{ delta: {}, finish_reason: "content_filter" }] },
  length: { choices: [{ delta: {}, finish_reason: "length" }] },
};
for (const [name, end] of Object.entries(ends)) {
  const events = [text, end].map((event) => `data: ${JSON.stringify(event)}\n\n`);
  const binding = { run: async () => new Response(`${events.join("")}data: [DONE]\n\n`).body };
  const errors = [];
  const result = streamText({
    model: createWorkersAI({ binding })("a"),
    prompt: "?",
    onError: ({ error }) => errors.push(error),
  });
  await result.consumeStream();
  console.log(`${name}: ${await result.finishReason}, errors: ${errors.length}`);
}
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = 'error: stop, errors: 0
filter: stop, errors: 0
length: length, errors: 0' ] || { echo "The behaviour has changed."; exit 1; }
