#!/usr/bin/env bash
# workerd 1.20261102.1 by miniflare 5.20261102.0-beta: RPC between Workers (`WorkerEntrypoint`).
#
# An object without a prototype cannot be a parameter or a result: it causes a DataCloneError, although `structuredClone` copies it and JSON
# serializes it. The language itself creates such objects: Object.groupBy returns one, and so is `groups` of a regular expression's match.
#
# Seen: see the last lines.
# Way out: spread it into an object literal, `{ ...groups }`, before it is sent.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error miniflare@5.20261102.0-beta node@24.21.0 > /dev/null
cat > run.mjs <<'JS'
import { convertV4MiniflareOptions, Miniflare } from "miniflare";

const script = `import { WorkerEntrypoint } from "cloudflare:workers";
const grouped = () => Object.groupBy([1, 2, 3], (n) => (n % 2 === 0 ? "even" : "odd"));
const matched = () => /(?<year>[0-9]{4})/.exec("in 2026").groups;
export class Numbers extends WorkerEntrypoint {
  grouped() {
    return grouped();
  }
  matched() {
    return matched();
  }
  spread() {
    return { ...grouped() };
  }
}
export default {
  async fetch(request, env, ctx) {
    const numbers = ctx.exports.Numbers;
    const outcome = (promise) => promise.then(JSON.stringify, ({ name }) => name);
    return new Response([
      "Object.groupBy: " + (await outcome(numbers.grouped())),
      "groups of a match: " + (await outcome(numbers.matched())),
      "spread: " + (await outcome(numbers.spread())),
      "structuredClone: " + JSON.stringify(structuredClone(grouped())),
    ].join("\\n"));
  },
};`;
const runtime = new Miniflare(convertV4MiniflareOptions({ modules: true, script, compatibilityDate: "2026-11-01" }));
console.log(await (await runtime.dispatchFetch("http://localhost/")).text());
await runtime.dispose();
JS
seen=$(node_modules/.bin/node run.mjs)
echo "$seen"
[ "$seen" = 'Object.groupBy: DataCloneError
groups of a match: DataCloneError
spread: {"odd":[1,3],"even":[2]}
structuredClone: {"odd":[1,3],"even":[2]}' ] || { echo "The behaviour has changed."; exit 1; }
