#!/usr/bin/env bash
# @anthropic-ai/sdk 1.12.0: a `baseURL` with a query, as some gateways use for a version or a tenant.
#
# The client appends each request's path to the query, where it becomes part of the last value: the gateway receives a request for its root
# with `version=2%2Fv1%2Fmessages`. The platform's `URL` keeps the query separate.
#
# Seen: see the last lines.
# Way out: `defaultQuery` of the client.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error @anthropic-ai/sdk@1.12.0 > /dev/null
cat > run.mjs <<'JS'
import Anthropic from "@anthropic-ai/sdk";

for (const options of [
  { baseURL: "https://gateway.example/models?version=2" },
  { baseURL: "https://gateway.example/models", defaultQuery: { version: "2" } },
]) {
  const fetch = async (address) => {
    console.log(String(address));
    return Response.json({ content: [] });
  };
  await new Anthropic({ apiKey: "none", maxRetries: 0, fetch, ...options }).messages.create({
    model: "model", max_tokens: 10, messages: [{ role: "user", content: "Hello" }],
  });
}
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = 'https://gateway.example/models?version=2%2Fv1%2Fmessages
https://gateway.example/models/v1/messages?version=2' ] || { echo "The behaviour has changed."; exit 1; }
