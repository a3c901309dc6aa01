#!/usr/bin/env bash
# toucan-js 4.1.1: `captureException` with a value that is not an Error.
#
# The value is reported as `extra.__serialized__`, which is set on the client and remains there. Every later event of that client carries
# it, so the report of another error shows data from the first. A client used for several requests mixes their data.
#
# Seen: see the last lines.
# Way out: capture Errors alone, `new Error("Refused", { cause: value })`, or one client, or one `withScope`, for each report.
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
toucan.captureException({ order: 5 });
toucan.captureException(new Error("of another request"));
toucan.captureMessage("a message");
await Promise.all(pending);
for (const { exception, message, extra } of events) console.log(`${message ?? exception.values[0].value}: ${JSON.stringify(extra)}`);
JS
seen=$(node_modules/.bin/node run.mjs)
echo "$seen"
[ "$seen" = 'Non-Error exception captured with keys: order: {"__serialized__":{"order":5}}
of another request: {"__serialized__":{"order":5}}
a message: {"__serialized__":{"order":5}}' ] || { echo "The behaviour has changed."; exit 1; }
