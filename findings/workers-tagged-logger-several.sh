#!/usr/bin/env bash
# workers-tagged-logger 1.0.0: a message of several parts.
#
# `logger.error("could not save", error)` logs its parts as a JSON array, and an error's JSON is `{}`: message, stack and cause are lost. An
# error on its own is logged with all of them. The array goes where the function expects its members.
#
# Seen: see the last lines.
# Way out: a call for each part, or `logger.withFields({ error: error.stack })`.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error workers-tagged-logger@1.0.0 zod@4.6.7 hono@4.13.19 > /dev/null
cat > run.mjs <<'JS'
import { WorkersLogger } from "workers-tagged-logger";

const messages = [];
const { log } = console;
console.log = ({ message }) => messages.push(message.split("\n")[0]);
const logger = new WorkersLogger();
logger.error(new Error("disk full"));
logger.error("could not save", new Error("disk full"));
console.log = log;
for (const message of messages) console.log(message);
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = 'Error: disk full
["could not save",{}]' ] || { echo "The behaviour has changed."; exit 1; }
