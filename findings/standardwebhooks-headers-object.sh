#!/usr/bin/env bash
# standardwebhooks 1.1.1 (verifying a delivery), `new Webhook(secret).verify(body, headers)`.
#
# It reads the headers as properties. The `Headers` of a Request, used in Workers, Hono, Bun and Deno, has none: a genuine delivery is
# refused as "Missing required headers", which blames the sender.
#
# Seen: `plain object: verified, Headers: Missing required headers`.
# Way out: `Object.fromEntries(request.headers)` (docs/webhooks.md).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error standardwebhooks@1.1.1 > /dev/null
cat > run.mjs <<'JS'
import { Webhook } from "standardwebhooks";

const webhook = new Webhook(btoa("a secret of 24 characters"));
const [id, now, body] = ["msg_1", new Date(), '{"type":"run.completed"}'];
const headers = {
  "webhook-id": id,
  "webhook-timestamp": String(Math.floor(now.getTime() / 1000)),
  "webhook-signature": webhook.sign(id, now, body),
};
function outcome(given) {
  try {
    return webhook.verify(body, given).type === "run.completed" ? "verified" : "another event";
  } catch (error) {
    return error.message;
  }
}
console.log(`plain object: ${outcome(headers)}, Headers: ${outcome(new Headers(headers))}`);
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = 'plain object: verified, Headers: Missing required headers' ] || { echo "The behaviour has changed."; exit 1; }
