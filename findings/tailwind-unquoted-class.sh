#!/usr/bin/env bash
# @tailwindcss/oxide 4.3.5 (the scanner of Tailwind CSS 4) against tailwindcss 3.4.19.
#
# HTML needs no quotes around an attribute without spaces. Version 3 finds the class in `<p class=flex>`, but version 4 does not, so a
# minified page has no styles after the upgrade. Version 4 also drops a class that ends where `${` begins in a template literal, as an
# optional suffix leaves it; version 3 finds that too.
#
# Seen: see the last lines.
# Way out: scan the sources before they are minified.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error @tailwindcss/oxide@4.3.5 tailwindcss@3.4.19 > /dev/null
cat > run.mjs <<'JS'
import { createRequire } from "node:module";
import { Scanner } from "@tailwindcss/oxide";

const { defaultExtractor } = createRequire(import.meta.url)("tailwindcss/lib/lib/defaultExtractor.js");
const three = defaultExtractor({ tailwindConfig: { separator: ":", prefix: "" } });
const scanner = new Scanner({});
const four = (content) => scanner.getCandidatesWithPositions({ content, extension: "html" }).map(({ candidate }) => candidate);
for (const content of [`<p class="flex">`, "<p class=flex>", "`px-4 flex${suffix}`"]) {
  const found = [three(content), four(content)].map((classes) => ["px-4", "flex"].filter((name) => classes.includes(name)).join(" "));
  console.log(`${content}: 3 [${found[0]}], 4 [${found[1]}]`);
}
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = '<p class="flex">: 3 [flex], 4 [flex]
<p class=flex>: 3 [flex], 4 []
`px-4 flex${suffix}`: 3 [px-4 flex], 4 [px-4]' ] || { echo "The behaviour has changed."; exit 1; }
