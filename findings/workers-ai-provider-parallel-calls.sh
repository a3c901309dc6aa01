#!/usr/bin/env bash
# workers-ai-provider 4.0.0 with ai 7.0.173: two tool calls in one event of a stream in Workers AI's own format.
#
# Workers AI's own format names a call by `name` and `arguments`, without an index. In a stream, the provider treats calls without an index
# as pieces of one call. The first tool gets the concatenated arguments of both, which is not JSON, so its call fails, and the second tool
# is never called. The run ends with "stop". The same response without a stream contains two calls.
#
# Seen: see the last lines.
# Way out: `generateText`, or a model that answers in OpenAI's format, where calls have an index.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error workers-ai-provider@4.0.0 ai@7.0.173 zod@4.6.7 > /dev/null
cat > run.mjs <<'JS'
import { generateText, streamText, tool } from "ai";
import { createWorkersAI } from "workers-ai-provider";
import { z } from "zod";

const answer = {
  response: "",
  tool_calls: [
    { name: "weather", arguments: { city: "Oslo" } },
    { name: "clock", arguments: { zone: "UTC" } },
  ],
};
const stream = () => new Response(`data: ${JSON.stringify(answer)}\n\ndata: [DONE]\n\n`).body;
const model = createWorkersAI({ binding: { run: async (_, { stream: isStream }) => (isStream ? stream() : answer) } })("a");
const tools = {
  weather: tool({ inputSchema: z.object({ city: z.string() }) }),
  clock: tool({ inputSchema: z.object({ zone: z.string() }) }),
};
const show = (calls) => calls.map(({ toolName, input }) => `${toolName} ${JSON.stringify(input)}`).join(", ");

console.log("generateText:", show((await generateText({ model, tools, prompt: "?" })).toolCalls));
const streamed = streamText({ model, tools, prompt: "?", onError() {} });
await streamed.consumeStream();
console.log("streamText:", show(await streamed.toolCalls), await streamed.finishReason);
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = 'generateText: weather {"city":"Oslo"}, clock {"zone":"UTC"}
streamText: weather "{\"city\":\"Oslo\"}{\"zone\":\"UTC\"}" stop' ] || { echo "The behaviour has changed."; exit 1; }
