#!/usr/bin/env bash
# workerd 1.20261102.1 by miniflare 5.20261102.0-beta: Worker Loader, the names in `modules` and the specifiers that find them.
#
# A bare specifier is a path beside the importer: `src/main.js` that imports "hono" gets the module "src/hono", and one named "hono" is
# missing, while for an importer at the root the reverse holds. So packages under their own names work in a test of one file and fail in a
# folder. A JSON module is imported without `with { type: "json" }`: the form that the standard and Node require stops the Worker from
# starting. Names are compared as text: a space in one matches a space, not `%20`.
#
# Seen: see the last lines.
# Way out: bundle before loading, as the apps here are, or name each package by the path that its importers see.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error miniflare@5.20261102.0-beta node@24.21.0 > /dev/null
cat > run.mjs <<'JS'
import { convertV4MiniflareOptions, Miniflare } from "miniflare";

const script = `const importing = (specifier) => "import value from " + specifier + "; export default { fetch: () => new Response(JSON.stringify(value)) };";
const hono = { js: "export default 'the package'" };
const cases = {
  "at the root": { "main.js": importing("'hono'"), hono },
  "in a folder": { "src/main.js": importing("'hono'"), hono },
  "in a folder, beside": { "src/main.js": importing("'hono'"), "src/hono": hono },
  "JSON": { "main.js": importing("'./data.json'"), "data.json": { json: 1 } },
  "JSON with its type": { "main.js": importing("'./data.json' with { type: 'json' }"), "data.json": { json: 1 } },
  "a blank": { "main.js": importing("'./a b.js'"), "a b.js": "export default 'found'" },
  "%20": { "main.js": importing("'./a%20b.js'"), "a b.js": "export default 'found'" },
};
export default {
  async fetch(request, { LOADER }) {
    const lines = [];
    for (const [name, modules] of Object.entries(cases)) {
      const load = () => ({ compatibilityDate: "2026-11-01", mainModule: Object.keys(modules)[0], modules });
      const answer = LOADER.get(name, load).getEntrypoint().fetch("http://app/").then((response) => response.text());
      lines.push(name + ": " + (await answer.catch(({ message }) => message.split("\\n")[1])));
    }
    return new Response(lines.join("\\n"));
  },
};`;
const runtime = new Miniflare(
  convertV4MiniflareOptions({ modules: true, script, compatibilityDate: "2026-11-01", workerLoaders: { LOADER: {} } }),
);
console.log(await (await runtime.dispatchFetch("http://localhost/")).text());
await runtime.dispose();
JS
seen=$(node_modules/.bin/node run.mjs)
echo "$seen"
[ "$seen" = 'at the root: "the package"
in a folder: Uncaught Error: No such module "src/hono".
in a folder, beside: "the package"
JSON: 1
JSON with its type: Uncaught Error: Unrecognized import attributes specified
a blank: "found"
%20: Uncaught Error: No such module "a%20b.js".' ] || { echo "The behaviour has changed."; exit 1; }
