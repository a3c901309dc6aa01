#!/usr/bin/env bash
# modern-tar 0.8.6 (`createTarDecoder`, the streaming decoder of the web).
#
# The decoder reads ahead: while a program looks at one entry, the content of the next may already be complete. Cancelling that content
# makes the decoder forget the content that it is filling by then, which belongs to a later entry. It skips that entry, and a program that
# reads it waits forever.
#
# Seen: where every other content is cancelled, the second of the others never ends: `cancelled: 1 of 20`, `read: 20 of 20`.
# Way out: read every content to its end, also where it is not wanted (worker/projects/tar-source.ts).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error modern-tar@0.8.6 > /dev/null
cat > run.mjs <<'JS'
import { createTarDecoder, packTar } from "modern-tar";

const content = "a".repeat(1_000);
const files = Array.from({ length: 40 }, (_, at) => ({ header: { name: `f${at}`, size: content.length, type: "file" }, body: content }));
const tar = await packTar(files);

/** The archive in pieces that end in the middle of contents, as a decompressor gives them. */
function* pieces() {
  for (let at = 0; at < tar.length; at += 4_000) yield tar.slice(at, at + 4_000);
}

/** How many of every other content come to their end, where the rest are given up. */
async function ended(giveUp) {
  const reader = ReadableStream.from(pieces()).pipeThrough(createTarDecoder({ strict: true })).getReader();
  for (let index = 0, count = 0; ; index += 1) {
    const { done, value } = await reader.read();
    if (done) return count;
    if (index % 2 === 1) await giveUp(value.body);
    else {
      const waited = new Promise((resolve) => setTimeout(resolve, 1_000, null));
      if ((await Promise.race([new Response(value.body).text(), waited])) === null) return count;
      count += 1;
    }
  }
}
console.log(`cancelled: ${await ended((body) => body.cancel())} of 20`);
console.log(`read: ${await ended((body) => new Response(body).text())} of 20`);
process.exit();
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = 'cancelled: 1 of 20
read: 20 of 20' ] || { echo "The behaviour has changed."; exit 1; }
