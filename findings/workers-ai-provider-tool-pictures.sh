#!/usr/bin/env bash
# workers-ai-provider 4.0.0 with ai 7.0.173: a picture that a tool returns.
#
# Only the texts of a tool output of type "content" reach the model. The provider drops a picture, such as the screenshot of a page, without
# a warning, although the same model accepts pictures in a user's message. The model responds as if it had looked at the picture.
#
# Seen: see the last lines.
# Way out: put the picture into a user message (`prepareStep`).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error workers-ai-provider@4.0.0 ai@7.0.173 zod@4.6.7 > /dev/null
cat > run.mjs <<'JS'
import { generateText, isStepCount, tool } from "ai";
import { createWorkersAI } from "workers-ai-provider";
import { z } from "zod";

const requests = [];
const call = { id: "1", type: "function", function: { name: "screenshot", arguments: "{}" } };
const binding = {
  run: async (_, { messages }) =>
    requests.push(messages) === 1
      ? { choices: [{ message: { content: "", tool_calls: [call] }, finish_reason: "tool_calls" }] }
      : { choices: [{ message: { content: "It looks right." }, finish_reason: "stop" }] },
};
const screenshot = tool({
  inputSchema: z.object({}),
  execute: async () => "iVBORw0KGgo=",
  toModelOutput: ({ output }) => ({
    type: "content",
    value: [
      { type: "text", text: "the page:" },
      { type: "file", mediaType: "image/png", data: { type: "data", data: output } },
    ],
  }),
});
const model = createWorkersAI({ binding })("a");
const { warnings } = await generateText({ model, tools: { screenshot }, prompt: "Look.", stopWhen: isStepCount(2) });
console.log(JSON.stringify(requests[1].at(-1)));
console.log("warnings:", warnings.length);
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = '{"content":"the page:","name":"screenshot","tool_call_id":"1","role":"tool"}
warnings: 0' ] || { echo "The behaviour has changed."; exit 1; }
