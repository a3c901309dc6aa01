#!/usr/bin/env bash
# modern-tar 0.8.6: unpacking an archive that ends too early.
#
# `unpackTar` and `createTarDecoder` accept it by default. They return a truncated file as if it were complete, shorter than its own header
# says, and an archive cut within a header has fewer files. An interrupted download unpacks without an error.
#
# Seen: see the last lines.
# Way out: the option `strict: true`.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error modern-tar@0.8.6 node@24.21.0 > /dev/null
cat > run.mjs <<'JS'
import { packTar, unpackTar } from "modern-tar";

const whole = await packTar([
  { header: { name: "first.txt", size: 5 }, body: "first" },
  { header: { name: "second.txt", size: 2_000 }, body: "x".repeat(2_000) },
]);
const show = (entries) => entries.map(({ header, data }) => `${header.name} ${data.length} of ${header.size}`).join(", ");
for (const length of [whole.length, 2_000, 1_300]) {
  const cut = whole.slice(0, length);
  console.log(`${length} bytes: ${show(await unpackTar(cut))}; strict: ${await unpackTar(cut, { strict: true }).then(show, ({ message }) => message)}`);
}
JS
seen=$(node_modules/.bin/node run.mjs)
echo "$seen"
[ "$seen" = '4608 bytes: first.txt 5 of 5, second.txt 2000 of 2000; strict: first.txt 5 of 5, second.txt 2000 of 2000
2000 bytes: first.txt 5 of 5, second.txt 464 of 2000; strict: Tar archive is truncated.
1300 bytes: first.txt 5 of 5; strict: Tar archive is truncated.' ] || { echo "The behaviour has changed."; exit 1; }
