#!/usr/bin/env bash
# modern-tar 0.8.6: packing a file whose date is before 1970, or after 2242.
#
# Neither is refused. A date before 1970 is written with a minus sign into an octal field, which GNU tar and modern-tar's own strict mode
# refuse, so the archive cannot be unpacked. Without strict mode, the result is a file with another name, the first bytes of its text. A
# date after 2242 comes back as another year. Cameras, file systems and archives without a clock produce such dates ("1969-12-31" is the
# usual one).
#
# Seen: see the last lines.
# Way out: clamp the date, `new Date(Math.max(0, mtime))`.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error modern-tar@0.8.6 node@24.21.0 > /dev/null
cat > run.mjs <<'JS'
import { packTar, unpackTar } from "modern-tar";

const show = (entries) => entries.map(({ header }) => `${header.name} of ${header.mtime.toISOString().slice(0, 10)}`).join(", ");
for (const date of ["1969-12-31", "1970-01-01", "2242-01-01", "2300-01-01"]) {
  const packed = await packTar([{ header: { name: "photo.jpg", size: 5, mtime: new Date(date) }, body: "pixel" }]);
  const strict = await unpackTar(packed, { strict: true }).then(show, ({ message }) => message);
  console.log(`${date}: ${show(await unpackTar(packed)) || "no entry"}; strict: ${strict}`);
}
JS
seen=$(node_modules/.bin/node run.mjs)
echo "$seen"
[ "$seen" = '1969-12-31: pixel of 1970-01-01; strict: Invalid tar number.
1970-01-01: photo.jpg of 1970-01-01; strict: photo.jpg of 1970-01-01
2242-01-01: photo.jpg of 2242-01-01; strict: photo.jpg of 2242-01-01
2300-01-01: photo.jpg of 2011-04-02; strict: photo.jpg of 2011-04-02' ] || { echo "The behaviour has changed."; exit 1; }
