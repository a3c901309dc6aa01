#!/usr/bin/env bash
# cloudflare 7.3.0 (the API's client): an empty id, for example from an empty variable.
#
# The client refuses an id that is undefined or ".." before it sends anything. It sends an empty one as an empty segment,
# `DELETE /zones/zone/dns_records/`: the URL of the whole list. `zones.get` also requests the list and returns its array, although the type
# says a zone.
#
# Seen: see the last lines.
# Way out: look at ids before the call.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error cloudflare@7.3.0 > /dev/null
cat > run.mjs <<'JS'
import Cloudflare from "cloudflare";

const fetch = async (address, { method }) => {
  console.log(`${method} ${new URL(address).pathname}`);
  return Response.json({ success: true, errors: [], messages: [], result: {} });
};
const client = new Cloudflare({ apiToken: "none", maxRetries: 0, fetch });
const said = (call) => call.then(() => "sent", () => "refused");
console.log(`undefined: ${await said((async () => client.dns.records.delete(undefined, { zone_id: "zone" }))())}`);
console.log(`empty: ${await said(client.dns.records.delete("", { zone_id: "zone" }))}`);
console.log(`empty zone: ${await said(client.zones.get({ zone_id: "" }))}`);
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = 'undefined: refused
DELETE /client/v4/zones/zone/dns_records/
empty: sent
GET /client/v4/zones/
empty zone: sent' ] || { echo "The behaviour has changed."; exit 1; }
