#!/usr/bin/env bash
# esbuild 0.28.2: style sheets of a module that is loaded by `import()`, with `splitting`.
#
# The entry's sheet also contains the rules of all modules that may load later, and each later script has its own sheet with the same rules
# again. Linking only the entry's sheet, as its `cssBundle` in the metafile suggests, applies the rules of every route from the start.
# Linking each sheet with its script sends them twice. Vite and Rollup split style sheets as they split scripts.
#
# Seen: see the last lines.
# Way out: none among its options; a plugin has to take the later sheets out of the entry's.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error esbuild@0.28.2 node@24.21.0 > /dev/null
cat > run.mjs <<'JS'
import { writeFileSync } from "node:fs";
import { build } from "esbuild";

writeFileSync("main.js", 'import "./main.css"; export const open = () => import("./route.js");');
writeFileSync("route.js", 'import "./route.css"; export const name = "route";');
writeFileSync("main.css", ".main { color: red }");
writeFileSync("route.css", ".route { color: blue }");
const { metafile, outputFiles } = await build({
  entryPoints: ["main.js"],
  bundle: true,
  splitting: true,
  format: "esm",
  outdir: "out",
  minify: true,
  metafile: true,
  write: false,
});
for (const { entryPoint, cssBundle } of Object.values(metafile.outputs)) {
  if (cssBundle === undefined) continue;
  console.log(`${entryPoint}: ${outputFiles.find(({ path }) => path.endsWith(cssBundle)).text.trim()}`);
}
JS
seen=$(node_modules/.bin/node run.mjs | sort)
echo "$seen"
[ "$seen" = 'main.js: .main{color:red}.route{color:#00f}
route.js: .route{color:#00f}' ] || { echo "The behaviour has changed."; exit 1; }
