#!/usr/bin/env bash
# @anthropic-ai/sdk 1.12.0 with zod 4.6.7: `messages.parse()` with `output_config.format`.
#
# A message that is not JSON for the schema throws, even when its stop reason explains it: a refusal, or `max_tokens` in the middle of an
# object. The error lacks the message, its usage, its stop reason and the request id, so a caller can neither count a paid response nor
# distinguish it from a model's mistake. A message that stops for a tool does not throw: its `parsed_output` is null.
#
# Seen: see the last lines.
# Way out: `messages.create()` with the same format, then `stop_reason`, then the parser of the format.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error @anthropic-ai/sdk@1.12.0 zod@4.6.7 > /dev/null
cat > run.mjs <<'JS'
import Anthropic from "@anthropic-ai/sdk";
import { zodOutputFormat } from "@anthropic-ai/sdk/helpers/zod";
import { z } from "zod";

const answers = {
  refusal: [{ type: "text", text: "I cannot help with that." }],
  max_tokens: [{ type: "text", text: '{"price": 1' }],
  tool_use: [{ type: "tool_use", id: "call_1", name: "look", input: {} }],
};
for (const [stop_reason, content] of Object.entries(answers)) {
  const message = { id: "msg_1", type: "message", role: "assistant", model: "model", content, stop_reason, usage: { input_tokens: 5_000, output_tokens: 9 } };
  const fetch = async () => Response.json(message, { headers: { "request-id": "req_1" } });
  const client = new Anthropic({ apiKey: "none", maxRetries: 0, fetch });
  const format = zodOutputFormat(z.object({ price: z.number() }));
  try {
    const parsed = await client.messages.parse({
      model: "model", max_tokens: 10, messages: [{ role: "user", content: "The price?" }], output_config: { format },
    });
    console.log(`${stop_reason}: ${JSON.stringify(parsed.parsed_output)}`);
  } catch (error) {
    const { requestID, cause } = error;
    console.log(`${stop_reason}: ${error.constructor.name}, ${JSON.stringify([Object.keys(error), requestID ?? null, cause ?? null])}`);
  }
}
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = 'refusal: AnthropicError, [[],null,null]
max_tokens: AnthropicError, [[],null,null]
tool_use: null' ] || { echo "The behaviour has changed."; exit 1; }
