#!/usr/bin/env bash
# @cloudflare/shell 0.4.3 (files for agents in Workers): `writeFile` in memory when a path is both a folder and a file.
#
# Writing a file at a folder's path replaces the folder and everything in it. Writing a file below another file replaces that file with a
# folder. Neither fails, whereas a file system returns EISDIR and ENOTDIR. `applyEdits` reads each path first, so it refuses the first case
# but not the second.
#
# Seen: see the last lines. After each write these paths are there.
# Way out: `stat` of the path and of those above it before.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error --legacy-peer-deps @cloudflare/shell@0.4.3 > /dev/null
cat > run.mjs <<'JS'
import { createMemoryStateBackend } from "@cloudflare/shell";
for (const path of ["/components", "/routes/index.ts"]) {
  const state = createMemoryStateBackend({ files: { "/components/button.ts": "a", "/routes": "b" } });
  await state.writeFile(path, "new");
  console.log(`${path}:`, (await state.glob("/**")).join(" "));
}
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = '/components: /components /routes
/routes/index.ts: /components /components/button.ts /routes /routes/index.ts' ] || { echo "The behaviour has changed."; exit 1; }
