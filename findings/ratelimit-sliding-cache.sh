#!/usr/bin/env bash
# @upstash/ratelimit 2.2.0, `Ratelimit.slidingWindow` with its `ephemeralCache`, which is on unless it is set to false.
#
# The documentation says that the cache saves requests for callers over the limit. It also changes the result: after one refusal, it refuses
# until the window ends, without asking Redis, while a sliding window admits the caller again seconds later, as soon as the earlier window
# weighs less. So the same limiter is stricter in a Worker that keeps its isolate than in one that is new for each request.
#
# Seen: see the last lines (Redis, played by this script, refuses once and then admits).
# Way out: `ephemeralCache: false`, or a fixed window.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error @upstash/ratelimit@2.2.0 @upstash/redis@1.39.0 > /dev/null
cat > run.mjs <<'JS'
import { createServer } from "node:http";
import { Ratelimit } from "@upstash/ratelimit";
import { Redis } from "@upstash/redis";

let asked = 0;
const server = createServer(async (request, response) => {
  const commands = JSON.parse(Buffer.concat(await request.toArray()).toString());
  const answer = ([name]) => ({ result: name.toLowerCase().startsWith("eval") ? [asked++ === 0 ? -1 : 0, 10] : "OK" });
  response.setHeader("Content-Type", "application/json");
  response.end(JSON.stringify(Array.isArray(commands[0]) ? commands.map(answer) : answer(commands)));
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const redis = new Redis({ url: `http://127.0.0.1:${server.address().port}`, token: "token", responseEncoding: false });
for (const [name, cache] of [["default", {}], ["without cache", { ephemeralCache: false }]]) {
  asked = 0;
  const limiter = new Ratelimit({ redis, limiter: Ratelimit.slidingWindow(10, "1 h"), ...cache });
  const answers = [];
  for (let time = 0; time < 3; time++) {
    const { success, reason } = await limiter.limit("ada");
    answers.push(success ? "admitted" : `refused${reason ? ` (${reason})` : ""}`);
  }
  console.log(`${name}: ${answers.join(", ")}; Redis was asked ${asked} times`);
}
server.close();
server.closeAllConnections();
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = 'default: refused, refused (cacheBlock), refused (cacheBlock); Redis was asked 1 times
without cache: refused, admitted, admitted; Redis was asked 3 times' ] || { echo "The behaviour has changed."; exit 1; }
