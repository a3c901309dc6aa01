#!/usr/bin/env bash
# @cloudflare/shell 0.4.3 (files for agents in Workers): `createArchive` with a path of more than 100 bytes.
#
# A tar header has 100 bytes for a name. The function truncates longer names there and stores the rest in neither the prefix field nor a
# long-name entry. Files with the same first 100 bytes get one name: of two, unpacking leaves one, under a name without its extension. The
# response's `entries` has the full paths. Nothing fails.
#
# Seen: see the last lines.
# Way out: another tar writer (modern-tar) over the files.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error --legacy-peer-deps @cloudflare/shell@0.4.3 > /dev/null
cat > run.mjs <<'JS'
import { createMemoryStateBackend } from "@cloudflare/shell";
const folder = `/packages/${"design-system-".repeat(5)}components`;
const files = { [`${folder}/button-group.test.ts`]: "first", [`${folder}/button-group.stories.ts`]: "second" };
const state = createMemoryStateBackend({ files });
const { entries } = await state.createArchive("/out.tar", [folder]);
await state.extractArchive("/out.tar", "/copy");
const copied = (await state.glob("/copy/**/button*")).map((path) => path.replace(`/copy${folder}/`, ""));
console.log("written:", entries.filter(({ type }) => type === "file").length);
console.log("read:", copied.length, copied.join(" "));
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = 'written: 2
read: 1 button-gro' ] || { echo "The behaviour has changed."; exit 1; }
