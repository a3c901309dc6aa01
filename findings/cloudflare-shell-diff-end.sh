#!/usr/bin/env bash
# @cloudflare/shell 0.4.3 (files for agents in Workers), with git 2.39.5: the diffs of `diff`, `diffContent`, `applyEdits` and others.
#
# A text that ends in a line break is split into its lines and an empty one, which the diff shows as a line of both files. Neither file has
# that line, so `git apply` refuses the diff for the very file that it was made from. jsdiff's `applyPatch` and `patch` tolerate it.
#
# Seen: see the last lines.
# Way out: make the diff by jsdiff's `createTwoFilesPatch`.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error --legacy-peer-deps @cloudflare/shell@0.4.3 diff@9.0.0 > /dev/null
cat > run.mjs <<'JS'
import { spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { createMemoryStateBackend } from "@cloudflare/shell";
import { createTwoFilesPatch } from "diff";

const before = "one\ntwo\n";
const after = "one\ntwo\nthree\n";
const folder = mkdtempSync("apply-");
writeFileSync(`${folder}/notes.txt`, before);
function canApply(patch) {
  writeFileSync(`${folder}/a.diff`, patch.replace(/^(---|\+\+\+) \/?/gm, "$1 a/").replace(/\n*$/, "\n"));
  const options = { cwd: folder, env: { ...process.env, GIT_CEILING_DIRECTORIES: process.cwd() } };
  return spawnSync("git", ["apply", "--check", "a.diff"], options).status === 0;
}
const state = createMemoryStateBackend({ files: { "/notes.txt": before } });
const own = await state.diffContent("/notes.txt", after);
console.log(own.split("\n").slice(2).map((line) => `[${line}]`).join(""));
console.log("git applies it:", canApply(own));
console.log("git applies that of jsdiff:", canApply(createTwoFilesPatch("notes.txt", "notes.txt", before, after)));
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = '[@@ -1,3 +1,4 @@][ one][ two][+three][ ]
git applies it: false
git applies that of jsdiff: true' ] || { echo "The behaviour has changed."; exit 1; }
