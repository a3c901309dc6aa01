#!/usr/bin/env bash
# cloudflare 7.3.0 (Cloudflare's official client for Node): `workers.scripts.deployments.list` is documented to iterate over deployments.
# The API returns them in `result.deployments`, but the client's page class reads `result.items`. So the loop ends without a deployment and
# without an error. `client.get` with the same path returns them.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"private":true,"type":"module"}' > package.json
npm install --silent --no-audit --no-fund --save-exact cloudflare@7.3.0 > /dev/null

cat > try.mjs <<'JS'
import { createServer } from "node:http";
import Cloudflare from "cloudflare";

// The shape of https://developers.cloudflare.com/api/resources/workers/subresources/scripts/subresources/deployments/methods/list/
const deployment = {
  id: "bcf48806-b317-4351-9ee7-36e7d557d4de",
  created_on: "2026-11-01T00:00:00Z",
  source: "api",
  strategy: "percentage",
  versions: [{ percentage: 100, version_id: "18f97339-c287-4872-9bdd-e2135c07ec12" }],
};
const server = createServer((_, response) => {
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify({ success: true, errors: [], messages: [], result: { deployments: [deployment] } }));
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const client = new Cloudflare({ apiToken: "token", baseURL: `http://127.0.0.1:${server.address().port}` });
const account = { account_id: "023e105f4ecef8ad9ca31a8372d0c353" };

let iterated = 0;
for await (const _ of client.workers.scripts.deployments.list("shop", account)) iterated += 1;
const answer = await client.get(`/accounts/${account.account_id}/workers/scripts/shop/deployments`);
console.log(`iterated ${iterated}, in the response ${answer.result.deployments.length}`);
server.close();
JS
seen=$(node try.mjs)
echo "$seen"
[ "$seen" = "iterated 0, in the response 1" ] || { echo "The behaviour has changed."; exit 1; }
