#!/usr/bin/env bash
# esbuild 0.28.2: a tsconfig.json's options apply to a script only if esbuild resolved its import itself.
#
# If a plugin's `onResolve` returns a path, as alias plugins do, the script gets only the options of the build. esbuild silently ignores
# `experimentalDecorators`, `jsx` and `jsxImportSource` in the tsconfig.json beside it. Standard decorators then run instead of legacy ones,
# and JSX calls a different runtime.
#
# Seen: `by itself: legacy decorators, h/jsx-runtime`, `by a plugin: standard decorators, react/jsx-runtime`, no warnings, for one script.
# Way out: patterns in `paths` of the tsconfig.json in place of the plugin's answer (preview/project/alias-patterns.ts).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error esbuild@0.28.2 > /dev/null
mkdir src
echo '{ "compilerOptions": { "experimentalDecorators": true, "jsx": "react-jsx", "jsxImportSource": "h" } }' > tsconfig.json
echo 'const mark = () => {}; export class Part { @mark title = <b />; }' > src/part.tsx
echo 'import { Part } from "./src/part"; console.log(Part);' > itself.ts
echo 'import { Part } from "@/part"; console.log(Part);' > plugin.ts
cat > run.mjs <<'JS'
import { resolve } from "node:path";
import { build } from "esbuild";

const alias = {
  name: "alias",
  setup({ onResolve }) {
    onResolve({ filter: /^@\// }, ({ path }) => ({ path: resolve("src", `${path.slice(2)}.tsx`) }));
  },
};
const options = { bundle: true, write: false, format: "esm", target: "es2022", jsx: "automatic", external: ["*/jsx-runtime"] };
for (const [name, entry] of [["itself", "itself.ts"], ["a plugin", "plugin.ts"]]) {
  const { outputFiles, warnings } = await build({ ...options, entryPoints: [entry], plugins: [alias] });
  const [{ text }] = outputFiles;
  const decorators = /__decorateClass\(/.test(text) ? "legacy" : "standard";
  console.log(`by ${name}: ${decorators} decorators, ${/"(.*jsx-runtime)"/.exec(text)[1]}, ${warnings.length} warnings`);
}
JS
seen=$(node run.mjs)
echo "$seen"
expected="by itself: legacy decorators, h/jsx-runtime, 0 warnings
by a plugin: standard decorators, react/jsx-runtime, 0 warnings"
[ "$seen" = "$expected" ] || { echo "This has changed; expected: $expected"; exit 1; }
