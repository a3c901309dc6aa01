#!/usr/bin/env bash
# @cloudflare/shell 0.4.3 (files for agents in Workers): `planEdits` with two replacements in one file.
#
# Each instruction is planned against the stored file, not against the result of the previous one. The plan contains the whole file twice,
# and `applyEditPlan` writes both, so the second write undoes the first. The response counts two changes, and its diffs show both.
# `applyEdits` with whole contents is unaffected.
#
# Seen: see the last lines.
# Way out: a plan for each edit, or one instruction a file.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error --legacy-peer-deps @cloudflare/shell@0.4.3 > /dev/null
cat > run.mjs <<'JS'
import { createMemoryStateBackend } from "@cloudflare/shell";
const state = createMemoryStateBackend({ files: { "/page.html": "<h1>Old title</h1><p>Old text</p>" } });
const replace = (search, replacement) => ({ kind: "replace", path: "/page.html", search, replacement });
const plan = await state.planEdits([replace("Old title", "New title"), replace("Old text", "New text")]);
const { totalChanged } = await state.applyEditPlan(plan);
console.log("changed:", totalChanged);
console.log(await state.readFile("/page.html"));
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = 'changed: 2
<h1>Old title</h1><p>New text</p>' ] || { echo "The behaviour has changed."; exit 1; }
