#!/usr/bin/env bash
# node-diff3 3.2.1, `merge(mine, original, theirs)` of texts.
#
# A text is split at white space, not at lines, and the spaces and line ends are discarded: the result is a list of words. Joining it with
# line ends does not restore the file, and it merges two edits of one line that `git merge` reports as a conflict.
#
# Seen: `{"conflict":false,"result":["const","size","=","2;","//","large",""]}`, by lines a conflict.
# Way out: split into lines first, or pass `stringSeparator`.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error node-diff3@3.2.1 > /dev/null
cat > run.mjs <<'JS'
import { merge } from "node-diff3";

const [mine, original, theirs] = ["const size = 2; // small\n", "const size = 1; // small\n", "const size = 1; // large\n"];
console.log(JSON.stringify(merge(mine, original, theirs)));
console.log(`by lines: ${merge(mine.split("\n"), original.split("\n"), theirs.split("\n")).conflict ? "a conflict" : "merged"}`);
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = '{"conflict":false,"result":["const","size","=","2;","//","large",""]}
by lines: a conflict' ] || { echo "The behaviour has changed."; exit 1; }
