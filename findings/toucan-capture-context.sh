#!/usr/bin/env bash
# toucan-js 4.1.1: tags passed with the call, as in `captureException(error, { tags })`.
#
# Sentry's other SDKs take tags, extra, level and user as the second argument. Here that argument is a hint, whose contents are dropped
# except inside `captureContext`. The second argument of `captureMessage` is the level, and an object there is sent unchanged, which no
# server can read.
#
# Seen: see the last lines.
# Way out: `withScope`, or `captureException(error, { captureContext: { tags } })`.
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
toucan.captureException(new Error("as elsewhere"), { tags: { project: "prj_1" }, level: "warning" });
toucan.captureException(new Error("by captureContext"), { captureContext: { tags: { project: "prj_1" }, level: "warning" } });
toucan.captureMessage("a message", { level: "warning" });
await Promise.all(pending);
for (const { exception, message, tags, level } of events) {
  console.log(`${message ?? exception.values[0].value}: tags ${JSON.stringify(tags ?? null)}, level ${JSON.stringify(level ?? null)}`);
}
JS
seen=$(node_modules/.bin/node run.mjs)
echo "$seen"
[ "$seen" = 'as elsewhere: tags null, level null
by captureContext: tags {"project":"prj_1"}, level "warning"
a message: tags null, level {"level":"warning"}' ] || { echo "The behaviour has changed."; exit 1; }
