#!/usr/bin/env bash
# @vue/compiler-sfc 3.5.45, `parse(source, options)`.
#
# It returns the same descriptor object for the same source and options. A build that writes its preprocessor's output into the blocks, as
# `descriptor.styles[0].content = css`, changes what the next build of that source gets: its Sass is already plain CSS, and the preprocessor
# sees its own output.
#
# Seen: `same object: true, the next parse has: p { color: red }`.
# Way out: copy a block before it is changed, or compile the changed text as a source of its own.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error @vue/compiler-sfc@3.5.45 > /dev/null
cat > run.mjs <<'JS'
import { parse } from "@vue/compiler-sfc";

const source = `<template><p>Hello</p></template>
<style lang="scss">$colour: red; p { color: $colour }</style>`;
const first = parse(source, { filename: "/hello.vue" });
first.descriptor.styles[0].content = "p { color: red }";
const second = parse(source, { filename: "/hello.vue" });
console.log(`same object: ${first.descriptor === second.descriptor}, the next parse has: ${second.descriptor.styles[0].content}`);
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = 'same object: true, the next parse has: p { color: red }' ] || { echo "The behaviour has changed."; exit 1; }
