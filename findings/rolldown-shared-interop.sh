#!/usr/bin/env bash
# rolldown 1.3.2: which of two scripts is imported first decides the other's default import of a CommonJS module.
#
# A script with a declared format (`.mjs`, or `"type": "module"`) gets a compiled ES module as a whole, any other its `default`. If two
# scripts in one chunk import the same module, the wrapper of the first silently serves both: a page that imports one more script breaks
# another.
#
# Seen: `alone: object`, `after a script without a format: function`, for the same import in the same script.
# Way out: none in a project; preview/ decides for each script (preview/engine/mounted-project.ts).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm pkg delete type > /dev/null
npm install --no-audit --no-fund --loglevel=error rolldown@1.3.2 > /dev/null
echo 'exports.__esModule = true; exports.default = function () {};' > compiled.cjs
echo 'import made from "./compiled.cjs"; export const kind = typeof made;' | tee strict.mjs > plain.js
echo 'import { kind } from "./strict.mjs"; console.log(`alone: ${kind}`);' > alone.js
echo 'import "./touch.js"; import { kind } from "./strict.mjs"; console.log(`after a script without a format: ${kind}`);' > both.js
echo 'import { kind } from "./plain.js"; globalThis.first = kind;' > touch.js
seen=$(for entry in alone both; do
  npx rolldown "$entry.js" --file "out/$entry.mjs" > /dev/null
  node "out/$entry.mjs"
done)
echo "$seen"
expected="alone: object
after a script without a format: function"
[ "$seen" = "$expected" ] || { echo "This has changed; expected: $expected"; exit 1; }
