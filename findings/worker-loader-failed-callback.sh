#!/usr/bin/env bash
# workerd 1.20261102.1 by miniflare 5.20261102.0-beta: Worker Loader, `env.LOADER.get(id, callback)`.
#
# The loader caches the callback's failure under the id, as it does the code. If the callback reads code from a database that is briefly
# unavailable, every later `get` of that id rejects with the first error. The callback would succeed by now, but is not called again.
#
# Seen: see the last lines.
# Way out: read the code first and give a callback that cannot fail (preview/app/running-app.ts), or an id for each attempt.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error miniflare@5.20261102.0-beta node@24.21.0 > /dev/null
cat > run.mjs <<'JS'
import { convertV4MiniflareOptions, Miniflare } from "miniflare";

const script = `let calls = 0;
const code = {
  compatibilityDate: "2026-11-01",
  mainModule: "main.js",
  modules: { "main.js": "export default { fetch: () => new Response('the app') }" },
};
async function readCode() {
  calls++;
  if (calls === 1) throw new Error("the database is away");
  return code;
}
async function ask(env, id) {
  try {
    return await (await env.LOADER.get(id, readCode).getEntrypoint().fetch("http://app/")).text();
  } catch (error) {
    return error.message;
  }
}
export default {
  async fetch(request, env) {
    const answer = await ask(env, new URL(request.url).pathname);
    return new Response(answer + ", calls: " + calls);
  },
};`;
const runtime = new Miniflare(
  convertV4MiniflareOptions({ modules: true, script, compatibilityDate: "2026-11-01", workerLoaders: { LOADER: {} } }),
);
for (const id of ["one", "one", "two"]) {
  console.log(`${id}: ${await (await runtime.dispatchFetch(`http://localhost/${id}`)).text()}`);
}
await runtime.dispose();
JS
seen=$(node_modules/.bin/node run.mjs)
echo "$seen"
[ "$seen" = 'one: the database is away, calls: 1
one: the database is away, calls: 1
two: the app, calls: 2' ] || { echo "The behaviour has changed."; exit 1; }
