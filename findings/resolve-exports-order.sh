#!/usr/bin/env bash
# resolve.exports 2.0.4 against Node 24's own resolution of the same `exports`.
#
# Node continues with the next condition if a nested object has no applicable one; resolve.exports stops there and throws. If two patterns
# match, Node takes the one with the longer part before its `*`; resolve.exports takes the longer key.
#
# Seen: see the last lines.
# Way out: a resolver of one's own that is held to Node's answers (preview/packages/package-targets.ts).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error resolve.exports@2.0.4 node@24.21.0 > /dev/null
cat > run.mjs <<'JS'
import { mkdirSync, writeFileSync } from "node:fs";
import { exports as resolveExports } from "resolve.exports";

const cases = {
  nested: [{ ".": { import: { browser: "./browser.js" }, default: "./main.js" } }, "."],
  patterns: [{ "./*.module.css.js": "./any/*.js", "./button/*": "./button/*" }, "./button/big.module.css.js"],
};
for (const [name, [map, subpath]] of Object.entries(cases)) {
  const manifest = { name, version: "1.0.0", type: "module", exports: map };
  mkdirSync(`node_modules/${name}`, { recursive: true });
  writeFileSync(`node_modules/${name}/package.json`, JSON.stringify(manifest));
  const byNode = import.meta.resolve(subpath === "." ? name : `${name}/${subpath.slice(2)}`).split(`node_modules/${name}`)[1];
  let byLibrary;
  try {
    byLibrary = resolveExports(manifest, subpath)[0].slice(1);
  } catch (error) {
    byLibrary = error.message;
  }
  console.log(`${name}: Node ${byNode}, resolve.exports ${byLibrary}`);
}
JS
seen=$(node_modules/.bin/node run.mjs)
echo "$seen"
[ "$seen" = 'nested: Node /main.js, resolve.exports No known conditions for "." specifier in "nested" package
patterns: Node /button/big.module.css.js, resolve.exports /any/button/big.js' ] || { echo "The behaviour has changed."; exit 1; }
