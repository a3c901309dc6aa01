#!/usr/bin/env bash
# esbuild 0.28.2: a constant at a module's top level, with `bundle` and `minify`.
#
# esbuild replaces uses of `const debug = false` and removes the code behind `if (debug)`, as long as the module imports nothing. With one
# static import or re-export anywhere in the module, even if unrelated to the constant, the constant becomes a variable (`var r=!1`), and
# the code that it disables is published. The same condition applies when another module imports the constant. `export default false`, as
# esm-env has its `DEV`, is never replaced.
#
# Seen: see the last lines.
# Way out: `define`, which has no such condition, or another minifier over the bundle.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error esbuild@0.28.2 node@24.21.0 > /dev/null
cat > run.mjs <<'JS'
import { writeFileSync } from "node:fs";
import { build } from "esbuild";

const body = 'export const run = () => { if (debug) console.log("switched off"); return 1; };';
writeFileSync("other.js", "export const other = 1; export const debug = false;");
writeFileSync("reading.js", 'import { other } from "./other.js"; export const debug = false; export const twice = 2 * other;');
writeFileSync("default.js", "export default false;");
const modules = {
  "no import": `const debug = false; ${body}`,
  "an import after it": `const debug = false; import { other } from "./other.js"; ${body}`,
  "a re-export after it": `const debug = false; export { other } from "./other.js"; ${body}`,
  "imported": `import { debug } from "./other.js"; ${body}`,
  "imported from a module with an import": `import { debug } from "./reading.js"; ${body}`,
  "imported as a default": `import debug from "./default.js"; ${body}`,
};
for (const [name, code] of Object.entries(modules)) {
  writeFileSync("module.js", code);
  writeFileSync("main.js", 'import { run } from "./module.js"; globalThis.run = run;');
  const { outputFiles } = await build({ entryPoints: ["main.js"], bundle: true, minify: true, format: "esm", write: false });
  console.log(`${name}: ${outputFiles[0].text.includes("switched off") ? "kept" : "gone"}`);
}
JS
seen=$(node_modules/.bin/node run.mjs)
echo "$seen"
[ "$seen" = 'no import: gone
an import after it: kept
a re-export after it: kept
imported: gone
imported from a module with an import: kept
imported as a default: kept' ] || { echo "The behaviour has changed."; exit 1; }
