#!/usr/bin/env bash
# wrangler 4.156.2, which configuration a command without `--config` reads (here by `unstable_readConfig`, which uses the same search).
#
# The search orders by file type before folder: a `wrangler.jsonc` in any parent folder precedes the `wrangler.toml` of the folder in which
# the command runs. In a monorepo, moving the root to JSON makes every command below it work on the root's Worker.
#
# Seen: `app/wrangler.toml and ../wrangler.jsonc: root`, `both TOML: app`.
# Way out: `--config wrangler.toml`, or one kind of file everywhere.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error wrangler@4.156.2 node@24.21.0 > /dev/null
cat > run.mjs <<'JS'
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { unstable_readConfig } from "wrangler";

mkdirSync("app");
writeFileSync("app/main.js", "");
writeFileSync("app/wrangler.toml", `name = "app"\nmain = "main.js"\ncompatibility_date = "2026-11-01"\n`);
writeFileSync("wrangler.jsonc", JSON.stringify({ name: "root", main: "app/main.js", compatibility_date: "2026-11-01" }));
process.chdir("app");
console.log(`app/wrangler.toml and ../wrangler.jsonc: ${unstable_readConfig({}).name}`);
rmSync("../wrangler.jsonc");
writeFileSync("../wrangler.toml", `name = "root"\nmain = "app/main.js"\ncompatibility_date = "2026-11-01"\n`);
console.log(`both TOML: ${unstable_readConfig({}).name}`);
JS
seen=$(node_modules/.bin/node run.mjs)
echo "$seen"
[ "$seen" = 'app/wrangler.toml and ../wrangler.jsonc: root
both TOML: app' ] || { echo "The behaviour has changed."; exit 1; }
