#!/usr/bin/env bash
# picomatch 4.0.7: its matcher as an array callback.
#
# `picomatch(glob)` returns a function that takes a name, and a second parameter that requests an object instead of true or false. `filter`,
# `find`, `some` and `every` pass the index there, so from the second element on, the result is an object, which is truthy whether it
# matched or not. `names.filter(picomatch("*.ts"))` thus keeps every name except a first one that does not match.
#
# Seen: see the last lines.
# Way out: names.filter((name) => matches(name)).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error picomatch@4.0.7 node@24.21.0 > /dev/null
cat > run.mjs <<'JS'
import picomatch from "picomatch";

const names = ["readme.md", "main.ts", "style.css", "logo.svg"];
const matches = picomatch("*.ts");
console.log("filter(matches):", names.filter(matches).join(" "));
console.log("filter((name) => matches(name)):", names.filter((name) => matches(name)).join(" "));
console.log("some(matches) of two names that do not match:", ["readme.md", "logo.svg"].some(matches));
JS
seen=$(node_modules/.bin/node run.mjs)
echo "$seen"
[ "$seen" = 'filter(matches): main.ts style.css logo.svg
filter((name) => matches(name)): main.ts
some(matches) of two names that do not match: true' ] || { echo "The behaviour has changed."; exit 1; }
