#!/usr/bin/env bash
# htmlparser2 12.0.0, its defaults, on an SVG within HTML.
#
# The parser restores the capitals that the HTML standard gives to SVG element names, but not those of attribute names: `linearGradient`
# stays, `viewBox` becomes `viewbox`. Written as XML or JSX, such an icon is drawn but not scaled.
#
# Seen: see the last lines.
# Way out: `lowerCaseAttributeNames: false`, or xmlMode for files that are XML (preview/vite/svg-component.ts).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error htmlparser2@12.0.0 > /dev/null
cat > run.mjs <<'JS'
import { Parser } from "htmlparser2";

const icon = '<svg viewBox="0 0 1 1"><linearGradient gradientUnits="userSpaceOnUse"></linearGradient></svg>';
for (const options of [{}, { lowerCaseAttributeNames: false }, { xmlMode: true }]) {
  const seen = [];
  const parser = new Parser({ onopentag: (name, attributes) => seen.push(`${name}: ${Object.keys(attributes)}`) }, options);
  parser.end(icon);
  console.log(`${JSON.stringify(options)} ${seen.join(", ")}`);
}
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = '{} svg: viewbox, linearGradient: gradientunits
{"lowerCaseAttributeNames":false} svg: viewBox, linearGradient: gradientUnits
{"xmlMode":true} svg: viewBox, linearGradient: gradientUnits' ] || { echo "The behaviour has changed."; exit 1; }
