#!/usr/bin/env bash
# mrmime 2.0.1 (media types by file name; what Vite and sirv use).
#
# It contains only registered types without a vendor, so `lookup("favicon.ico")` is undefined. A server that falls back to
# application/octet-stream serves the one icon that every browser requests as a download. Office documents and Apple's `.pages` have the
# same problem, while a TypeScript module is a video.
#
# Seen: see the last lines.
# Way out: a small table of the vendors' types in front of it (preview/project/content-type.ts).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error mrmime@2.0.1 > /dev/null
cat > run.mjs <<'JS'
import { lookup } from "mrmime";

for (const name of ["favicon.ico", "price-list.xlsx", "letter.docx", "slides.pptx", "font.eot", "logo.svg", "main.ts"]) {
  console.log(`${name}: ${lookup(name)}`);
}
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = 'favicon.ico: undefined
price-list.xlsx: undefined
letter.docx: undefined
slides.pptx: undefined
font.eot: undefined
logo.svg: image/svg+xml
main.ts: video/mp2t' ] || { echo "The behaviour has changed."; exit 1; }
