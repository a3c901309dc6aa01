#!/usr/bin/env bash
# jsonc-parser 3.3.1, `modify` and `applyEdits`: changing one property in a configuration's text.
#
# With formatting options, the neighbouring property is formatted too, so a list on one line becomes four. A comment at the end of a line
# does not stay with its property: a new last property takes the comment of the one before it, and of two properties, the remaining one gets
# the comment of the removed one. If a key occurs twice, `modify` changes the first while `parse` reads the last.
#
# Seen: see the last lines.
# Way out: without formatting options neighbours stay as they are; comments have to be looked after.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error jsonc-parser@3.3.1 > /dev/null
cat > run.mjs <<'JS'
import { applyEdits, modify, parse } from "jsonc-parser";

const text = '{\n  "port": 80, // of the proxy\n  "files": ["a", "b"] // to publish\n}';
const options = { formattingOptions: { insertSpaces: true, tabSize: 2 } };
const changed = (source, key, value, how) => applyEdits(source, modify(source, [key], value, how));
console.log(changed(text, "name", "shop", options));
console.log(changed(text, "files", undefined, options));
const twice = changed('{ "port": 80, "port": 81 }', "port", 82, options);
console.log(`${twice} is read as ${parse(twice).port}`);
console.log(changed('{ "files": ["a", "b"] }', "name", "shop", {}));
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = '{
  "port": 80, // of the proxy
  "files": [
    "a",
    "b"
  ],
  "name": "shop" // to publish
}
{
  "port": 80 // to publish
}
{ "port": 82, "port": 81 } is read as 81
{ "files": ["a", "b"],"name": "shop" }' ] || { echo "The behaviour has changed."; exit 1; }
