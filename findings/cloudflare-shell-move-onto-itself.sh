#!/usr/bin/env bash
# @cloudflare/shell 0.4.3 (files for agents in Workers): `mv` of files in memory.
#
# A move copies and then removes the source without comparing the two paths. Moving a file to its own path, as in a rename that changes
# nothing, deletes it. Moving a folder into itself deletes the folder and everything in it. Moving a file to a folder replaces the folder. A
# shell's `mv` refuses the first two and moves the file into the folder.
#
# Seen: see the last lines. After each move these paths are there.
# Way out: compare the normalized paths before, and name the whole target path.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error --legacy-peer-deps @cloudflare/shell@0.4.3 > /dev/null
cat > run.mjs <<'JS'
import { createMemoryStateBackend } from "@cloudflare/shell";
const moves = [
  ["/notes.md", "/notes.md"],
  ["/docs", "/docs/old"],
  ["/notes.md", "/docs"],
];
for (const [from, to] of moves) {
  const state = createMemoryStateBackend({ files: { "/notes.md": "notes", "/docs/a.md": "a" } });
  await state.mv(from, to, { recursive: true });
  console.log(`${from} to ${to}:`, (await state.glob("/**")).join(" "));
}
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = '/notes.md to /notes.md: /docs /docs/a.md
/docs to /docs/old: /notes.md
/notes.md to /docs: /docs' ] || { echo "The behaviour has changed."; exit 1; }
