#!/usr/bin/env bash
# @anthropic-ai/sdk 1.12.0: `client.beta.messages.toolRunner({ max_iterations })`.
#
# The runner executes the tools of the last message although no further request can send their results. With `max_iterations: 1`, a tool
# that writes or pays does so, its result is dropped, and the runner returns the message that requests the tool, with the stop reason
# `tool_use`. A caller that continues the conversation and runs the requested tool runs it twice. With the stop reason `max_tokens`, tools
# do not run.
#
# Seen: see the last lines.
# Way out: count in the tools, or iterate over the runner, whose tools run when the next message is asked for, and break.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error @anthropic-ai/sdk@1.12.0 zod@4.6.7 > /dev/null
cat > run.mjs <<'JS'
import Anthropic from "@anthropic-ai/sdk";
import { betaZodTool } from "@anthropic-ai/sdk/helpers/beta/zod";
import { z } from "zod";

const asking = (stop_reason) => ({
  id: "msg_1", type: "message", role: "assistant", model: "model", stop_reason, stop_sequence: null,
  content: [{ type: "tool_use", id: "call_1", name: "pay", input: {} }],
  usage: { input_tokens: 1, output_tokens: 1 },
});

/** Runs a conversation with one model that always asks for the tool, and counts. */
async function conversation(stopReason, isLeft) {
  let requests = 0;
  let runs = 0;
  const fetch = async () => {
    requests += 1;
    return Response.json(asking(stopReason));
  };
  const pay = betaZodTool({ name: "pay", description: "Pays.", inputSchema: z.object({}), run: () => `paid ${(runs += 1)}` });
  const runner = new Anthropic({ apiKey: "none", maxRetries: 0, fetch }).beta.messages.toolRunner({
    model: "model", max_tokens: 10, max_iterations: 1, messages: [{ role: "user", content: "Pay." }], tools: [pay],
  });
  if (isLeft) for await (const _ of runner) break;
  else await runner;
  return `${requests} request, ${runs} run`;
}

console.log(`tool_use: ${await conversation("tool_use", false)}`);
console.log(`max_tokens: ${await conversation("max_tokens", false)}`);
console.log(`left by break: ${await conversation("tool_use", true)}`);
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = 'tool_use: 1 request, 1 run
max_tokens: 1 request, 0 run
left by break: 1 request, 0 run' ] || { echo "The behaviour has changed."; exit 1; }
