#!/usr/bin/env bash
# hono 4.13.19, `streamSSE(context, callback, onError)`.
#
# Without the third argument, an exception in the callback goes only to the log. With it, hono sends the client an event `error` with the
# exception's message after the error function and whatever that has sent. So a program that adds `onError` to send visitors a general
# message also sends them the database's message.
#
# Seen: see the last lines.
# Way out: catch inside of the callback.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error hono@4.13.19 > /dev/null
cat > run.mjs <<'JS'
import { Hono } from "hono";
import { streamSSE } from "hono/streaming";

console.error = () => {};
const fail = async (stream) => {
  await stream.writeSSE({ data: "one" });
  throw new Error("relation orders of host db-7 is missing");
};
const app = new Hono()
  .get("/without", (context) => streamSSE(context, fail))
  .get("/with", (context) => streamSSE(context, fail, async (_, stream) => stream.writeSSE({ event: "problem", data: "Sorry." })));
for (const path of ["/without", "/with"]) {
  const text = await (await app.request(path)).text();
  console.log(`${path}: ${text.trim().split("\n\n").join(" | ").replaceAll("\n", " ")}`);
}
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = '/without: data: one
/with: data: one | event: problem data: Sorry. | event: error data: relation orders of host db-7 is missing' ] || { echo "The behaviour has changed."; exit 1; }
