#!/usr/bin/env bash
# picomatch 4.0.7 (and through it tinyglobby, Vite's import.meta.glob, and others): ranges of numbers in braces.
#
# `{1..3}` matches 1, 2 and 3 as in a shell, and `{a..c}` works too. `{1..12}` becomes a character class, `[1-12]`, which matches 1 and 2,
# but neither 3 nor 12. No error reports it; a glob of pages, chapters or shards finds only two of twelve. Braces around one name, `*.{ts}`,
# match only a file with the braces in its name.
#
# Seen: see the last lines.
# Way out: pass `expandRange` (with fill-range), or name what is meant: `{[1-9],1[0-2]}`.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error picomatch@4.0.7 tinyglobby@0.2.15 node@24.21.0 > /dev/null
mkdir pages
for page in 1 2 3 11 12; do touch "pages/page$page.ts"; done
cat > run.mjs <<'JS'
import picomatch from "picomatch";
import { globSync } from "tinyglobby";

const numbers = Array.from({ length: 12 }, (_, index) => String(index + 1));
for (const range of ["{1..3}", "{1..12}", "{01..12}", "{[1-9],1[0-2]}"]) console.log(range, numbers.filter((name) => picomatch(range)(name)).join(" "));
console.log("tinyglobby", globSync("pages/page{1..12}.ts").toSorted().join(" "));
console.log("*.{ts}", picomatch("*.{ts}")("page1.ts"));
JS
seen=$(node_modules/.bin/node run.mjs)
echo "$seen"
[ "$seen" = '{1..3} 1 2 3
{1..12} 1 2
{01..12} 1 2
{[1-9],1[0-2]} 1 2 3 4 5 6 7 8 9 10 11 12
tinyglobby pages/page1.ts pages/page2.ts
*.{ts} false' ] || { echo "The behaviour has changed."; exit 1; }
