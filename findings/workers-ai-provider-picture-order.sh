#!/usr/bin/env bash
# workers-ai-provider 4.0.0 with ai 7.0.173: alternating texts and pictures in a user's message.
#
# The provider joins a message's texts and puts them before its pictures, so a text no longer says which picture it belongs to: "Before:", a
# picture, "After:", a picture arrives as both texts and both pictures. Workers AI takes the parts in any order.
#
# Seen: see the last lines.
# Way out: a message for each picture, or texts that count ("the first picture is …").
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error workers-ai-provider@4.0.0 ai@7.0.173 zod@4.6.7 > /dev/null
cat > run.mjs <<'JS'
import { generateText } from "ai";
import { createWorkersAI } from "workers-ai-provider";

let sent;
const binding = {
  run: async (_, { messages }) => {
    sent = messages[0].content;
    return { response: "ok" };
  },
};
const picture = { type: "file", mediaType: "image/png", data: "iVBORw0KGgo=" };
const content = [{ type: "text", text: "Before:" }, picture, { type: "text", text: "After:" }, picture];
await generateText({ model: createWorkersAI({ binding })("a"), messages: [{ role: "user", content }] });
console.log(JSON.stringify(sent.map(({ type, text }) => text ?? type)));
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = '["Before:\nAfter:","image_url","image_url"]' ] || { echo "The behaviour has changed."; exit 1; }
