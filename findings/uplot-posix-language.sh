#!/usr/bin/env bash
# uPlot 1.6.32 (charts): the module throws on import when the browser's language is `en-US@posix`, which headless Chromium reports on a
# machine without a locale. It creates an Intl.NumberFormat from navigator.language at the top level, and `en-US@posix` is not a BCP 47 tag.
# With `en-US` the same import works.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"private":true,"type":"module"}' > package.json
npm install --silent --no-audit --no-fund --save-exact uplot@1.6.32 > /dev/null

cat > try.mjs <<'JS'
const define = (name, value) => Object.defineProperty(globalThis, name, { value, configurable: true });
define("window", globalThis);
define("document", {});
define("navigator", { language: process.argv[2] });
define("devicePixelRatio", 1);
define("matchMedia", () => ({ addEventListener() {}, removeEventListener() {} }));
define("addEventListener", () => {});
define("dispatchEvent", () => true);
define("CustomEvent", class {});
try {
  const { default: uPlot } = await import("uplot");
  console.log(`imported: ${typeof uPlot}`);
} catch (error) {
  console.log(`${error.name}: ${error.message}`);
}
JS
posix=$(node try.mjs en-US@posix)
plain=$(node try.mjs en-US)
echo "en-US@posix: $posix"
echo "en-US: $plain"
[ "$posix" = "RangeError: Incorrect locale information provided" ] && [ "$plain" = "imported: function" ] ||
  { echo "The behaviour has changed."; exit 1; }
