#!/usr/bin/env bash
# toucan-js 4.1.1: `toucan.withScope((scope) => …)`.
#
# The callback gets a copy of the client, and only captures through that copy have its tags. In Sentry's other SDKs, any capture inside the
# callback has them. Here, `toucan.captureException(error)` inside the callback silently reports without the tags.
#
# Seen: see the last lines.
# Way out: `scope.captureException(error)`, on the parameter.
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
toucan.withScope((scope) => {
  scope.setTag("project", "prj_1");
  toucan.captureMessage("through the client");
  scope.captureMessage("through the parameter");
});
await Promise.all(pending);
for (const { message, tags } of events) console.log(`${message}: ${JSON.stringify(tags ?? "no tags")}`);
JS
seen=$(node_modules/.bin/node run.mjs)
echo "$seen"
[ "$seen" = 'through the client: "no tags"
through the parameter: {"project":"prj_1"}' ] || { echo "The behaviour has changed."; exit 1; }
