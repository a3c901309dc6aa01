#!/usr/bin/env bash
# Vite 8.3.8 with @vitejs/plugin-vue 6.0.11: `lang="ts"` on a component's script changes the default import of a CommonJS package.
#
# A script with a declared format gets a compiled ES module as a whole, any other its `default`. A component's TypeScript script becomes a
# separate module whose name ends in `.ts`, which counts as declared. A JavaScript one stays in the `.vue` file, which does not.
#
# Seen: `js function` and `ts object`, for the same import of the same package in the same project.
# Way out: import a name of the package, or set `legacy.inconsistentCjsInterop` in vite.config.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"type":"module"}' > package.json
npm install --no-audit --no-fund --loglevel=error vite@8.3.8 @vitejs/plugin-vue@6.0.11 vue@3.5.22 > /dev/null
mkdir -p node_modules/compiled
echo '{"name":"compiled","version":"1.0.0","main":"index.js"}' > node_modules/compiled/package.json
echo 'exports.__esModule = true; exports.default = function () {};' > node_modules/compiled/index.js
echo 'import vue from "@vitejs/plugin-vue"; export default { plugins: [vue()], logLevel: "error", build: { lib: { entry: "main.js", formats: ["es"], fileName: "main" } }, define: { "process.env.NODE_ENV": "\"production\"" } };' > vite.config.js
script='import made from "compiled"; globalThis.kind = typeof made;'
seen=$(for lang in js ts; do
  echo "<script setup lang=\"$lang\">$script</script><template><p /></template>" > App.vue
  echo 'import App from "./App.vue"; App.setup?.({}, { expose() {} }); console.log(globalThis.kind);' > main.js
  npx vite build --outDir "out-$lang" > /dev/null
  echo "$lang $(node "out-$lang/main.js")"
done)
echo "$seen"
expected="js function
ts object"
[ "$seen" = "$expected" ] || { echo "This has changed; expected: $expected"; exit 1; }
