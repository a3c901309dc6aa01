#!/usr/bin/env bash
# diff 9.0.0, `applyPatch`.
#
# It ignores a hunk whose header is only `@@`, as models write patches, and reports no error. The text comes back unchanged, which looks
# like success, whereas a patch that does not apply returns false. With line numbers the same hunk applies, also at other lines.
#
# Seen: see the last lines.
# Way out: compare with the text before, or count the hunks of `parsePatch`.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error diff@9.0.0 > /dev/null
cat > run.mjs <<'JS'
import { applyPatch, parsePatch } from "diff";

const text = "red\ngreen\nblue\n";
const hunk = " red\n-green\n+yellow\n blue\n";
const bare = `--- colours\n+++ colours\n@@\n${hunk}`;
console.log(`bare: ${JSON.stringify(applyPatch(text, bare))}, hunks: ${parsePatch(bare)[0].hunks.length}`);
console.log(`numbered: ${JSON.stringify(applyPatch(text, bare.replace("@@", "@@ -7,3 +7,3 @@")))}`);
console.log(`of another text: ${applyPatch("red\nblack\n", bare.replace("@@", "@@ -1,3 +1,3 @@"))}`);
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = 'bare: "red\ngreen\nblue\n", hunks: 0
numbered: "red\nyellow\nblue\n"
of another text: false' ] || { echo "The behaviour has changed."; exit 1; }
