#!/usr/bin/env bash
# is-network-error 1.3.2 (used by retry libraries) in workerd 1.20261102.1 by miniflare 5.20261102.0-beta.
#
# Its list has one message for Cloudflare Workers, without a full stop and only as a TypeError. When nothing listens, workerd's `fetch`
# rejects with a plain Error whose message has a full stop, so the result is false. A program that retries only network errors never retries
# there.
#
# Seen: `Error, "Network connection lost.", isNetworkError: false`.
# Way out: take every rejection of `fetch` but an abort as a network error.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error is-network-error@1.3.2 miniflare@5.20261102.0-beta node@24.21.0 > /dev/null
cat > run.mjs <<'JS'
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";

const server = createServer().listen(0, "127.0.0.1");
await new Promise((resolve) => server.once("listening", resolve));
const { port } = server.address();
await new Promise((resolve) => server.close(resolve));
const script = `import isNetworkError from "./is-network-error.js";
export default {
  async fetch() {
    try {
      await fetch("http://127.0.0.1:${port}/");
    } catch (error) {
      return new Response(error.name + ', "' + error.message + '", isNetworkError: ' + isNetworkError(error));
    }
  },
};`;
const runtime = new Miniflare(
  convertV4MiniflareOptions({
    modules: [
      { type: "ESModule", path: "main.js", contents: script },
      { type: "ESModule", path: "is-network-error.js", contents: readFileSync("node_modules/is-network-error/index.js", "utf8") },
    ],
    compatibilityDate: "2026-11-01",
  }),
);
console.log(await (await runtime.dispatchFetch("http://localhost/")).text());
await runtime.dispose();
JS
seen=$(node_modules/.bin/node run.mjs)
echo "$seen"
[ "$seen" = 'Error, "Network connection lost.", isNetworkError: false' ] || { echo "The behaviour has changed."; exit 1; }
