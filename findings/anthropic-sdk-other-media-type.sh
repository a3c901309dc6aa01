#!/usr/bin/env bash
# @anthropic-ai/sdk 1.12.0: a response with status 200 whose media type is not JSON, as from a gateway that requires a sign-in or a proxy that
# sends JSON as text/plain.
#
# Nothing throws. `messages.create()` resolves to the body as a string although its type says a message, so `message.content` is undefined.
# `models.list()` has no models and no error. `messages.stream()` does fail.
#
# Seen: see the last lines.
# Way out: look whether `content` is a list before it is used.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error @anthropic-ai/sdk@1.12.0 > /dev/null
cat > run.mjs <<'JS'
import Anthropic from "@anthropic-ai/sdk";

const fetch = async () => new Response("<p>Sign in</p>", { headers: { "content-type": "text/html" } });
const { messages, models } = new Anthropic({ apiKey: "none", maxRetries: 0, fetch });
const request = { model: "model", max_tokens: 10, messages: [{ role: "user", content: "Hello" }] };
console.log(`create: ${JSON.stringify(await messages.create(request))}`);
console.log(`list: ${JSON.stringify((await models.list()).data)}`);
console.log(`stream: ${await messages.stream(request).finalMessage().then(() => "a message", () => "an error")}`);
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = 'create: "<p>Sign in</p>"
list: []
stream: an error' ] || { echo "The behaviour has changed."; exit 1; }
