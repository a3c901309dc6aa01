#!/usr/bin/env bash
# toucan-js 4.1.1: an AggregateError, as `Promise.any` throws when all promises fail.
#
# It reports an error's causes, but not the errors inside an AggregateError: what arrives is "All promises were rejected" without any
# reasons. Sentry's browser and Node SDKs report them, and LinkedErrors is among the integrations that are on here too.
#
# Seen: see the last lines.
# Way out: capture each of `error.errors`.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error toucan-js@4.1.1 node@24.21.0 > /dev/null
cat > run.mjs <<'JS'
import { Toucan } from "toucan-js";

const events = [];
const pending = [];
const fetcher = async (url, { body }) => {
  events.push(JSON.parse(body.split("\n")[2]));
  return new Response("{}");
};
const toucan = new Toucan({
  dsn: "https://key@sentry.example/1",
  context: { waitUntil: (work) => pending.push(work) },
  transportOptions: { fetcher },
});
const failed = [Promise.reject(new Error("Paris is down")), Promise.reject(new Error("Oslo is full"))];
await Promise.any(failed).catch((error) => toucan.captureException(error));
toucan.captureException(new Error("outer", { cause: new Error("inner") }));
await Promise.all(pending);
for (const { exception } of events) console.log(exception.values.map(({ type, value }) => `${type}: ${value}`).join(" | "));
JS
seen=$(node_modules/.bin/node run.mjs)
echo "$seen"
[ "$seen" = 'AggregateError: All promises were rejected
Error: inner | Error: outer' ] || { echo "The behaviour has changed."; exit 1; }
