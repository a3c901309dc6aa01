#!/usr/bin/env bash
# wrangler 4.156.2, `--env` (here by `unstable_readConfig`, which reads as its commands do).
#
# In a configuration without environments, `--env staging` only warns: it deploys a second Worker with the top-level settings, including
# production's database, variables, URLs and crons. An unknown name is an error only if some environment exists. An existing environment
# inherits URLs and crons too, though no bindings: once deployed, `staging` takes over production's URL, and each job runs twice.
#
# Seen: see the last lines.
# Way out: write `routes` and `triggers` in every environment, `"crons": []` for none.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error wrangler@4.156.2 node@24.21.0 > /dev/null
cat > run.mjs <<'JS'
import { writeFileSync } from "node:fs";
import { unstable_readConfig } from "wrangler";

for (const name of ["log", "warn", "error"]) console[name === "log" ? "info" : name] = () => {};
const shop = {
  name: "shop",
  compatibility_date: "2026-11-01",
  vars: { MODE: "production" },
  kv_namespaces: [{ binding: "ORDERS", id: "1" }],
  routes: ["shop.example/*"],
  triggers: { crons: ["0 3 * * *"] },
};
function read(name, environments) {
  writeFileSync("wrangler.json", JSON.stringify({ ...shop, ...environments }));
  try {
    const { vars, kv_namespaces: stores, routes, triggers, ...rest } = unstable_readConfig({ config: "wrangler.json", env: "staging" }, { hideWarnings: true });
    console.log(`${name}: ${JSON.stringify([rest.name, vars.MODE ?? null, stores.length, routes ?? null, triggers.crons ?? null])}`);
  } catch (error) {
    console.log(`${name}: ${error.message.split("\n").find((line) => line.includes("No environment")).trim()}`);
  }
}
read("no environment", {});
read("another one", { env: { preview: {} } });
read("staging", { env: { staging: {} } });
read("staging with its own", { env: { staging: { routes: [], triggers: { crons: [] } } } });
JS
seen=$(node_modules/.bin/node run.mjs)
echo "$seen"
[ "$seen" = 'no environment: ["shop-staging","production",1,["shop.example/*"],["0 3 * * *"]]
another one: - No environment found in configuration with name "staging".
staging: ["shop-staging",null,0,["shop.example/*"],["0 3 * * *"]]
staging with its own: ["shop-staging",null,0,[],[]]' ] || { echo "The behaviour has changed."; exit 1; }
