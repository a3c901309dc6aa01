#!/usr/bin/env bash
# cloudflare 7.3.0 (the API's client): `workers.scripts.update` and `kv.namespaces.values.update`, whose requests are forms.
#
# The API expects the metadata as one part `metadata` with JSON, and a part for each module by its name, as wrangler sends them
# (https://developers.cloudflare.com/workers/configuration/multipart-upload-metadata/). The client writes each leaf of an object that
# matches its types as a separate field, `metadata[main_module]`. All values become strings, a list of files becomes `files[]`, and an empty
# list disappears: `keep_bindings: []` is not sent.
#
# Seen: see the last lines.
# Way out: `metadata: JSON.stringify(…)` with a cast, and a form of one's own through `client.put(path, { body })` for modules.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error cloudflare@7.3.0 > /dev/null
cat > run.mjs <<'JS'
import Cloudflare, { toFile } from "cloudflare";

const fetch = async (_, { body }) => {
  for (const [name, value] of body) console.log(`  ${name}: ${typeof value === "string" ? value : `file ${value.name}`}`);
  return Response.json({ success: true, errors: [], messages: [], result: {} });
};
const { workers, kv } = new Cloudflare({ apiToken: "none", maxRetries: 0, fetch });
console.log("Worker");
await workers.scripts.update("app", {
  account_id: "account",
  metadata: { main_module: "index.js", keep_bindings: [], observability: { enabled: true } },
  files: [await toFile(Buffer.from("export default {}"), "index.js", { type: "application/javascript+module" })],
});
console.log("KV");
await kv.namespaces.values.update("key", { account_id: "account", namespace_id: "space", value: "1", metadata: { size: 1 } });
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = 'Worker
  metadata[main_module]: index.js
  metadata[observability][enabled]: true
  files[]: file index.js
KV
  value: 1
  metadata[size]: 1' ] || { echo "The behaviour has changed."; exit 1; }
