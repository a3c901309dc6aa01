#!/usr/bin/env bash
# cron-schedule 6.0.0 (a parser of cron expressions without dependencies, used in Workers) against cron-parser 5.10.6.
#
# It refuses unknown syntax such as `L` and `?`, but not after a number: it reads `1#2`, the second Monday, as 1, every Monday, and `5/15`
# as 5. The job then runs four times as often, or a quarter as often, without an error.
#
# Seen: see the last lines.
# Way out: allow digits, `*`, `,`, `-` and a step after `*` or a range, and refuse the rest before it is parsed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error cron-schedule@6.0.0 cron-parser@5.10.6 > /dev/null
cat > run.mjs <<'JS'
import { CronExpressionParser } from "cron-parser";
import { parseCronExpression } from "cron-schedule";

const from = new Date("2026-11-01T00:00:00.000Z");
const shown = (dates) => dates.map((date) => date.toISOString().slice(5, 16)).join(" ");
for (const expression of ["0 0 * * 1#2", "5/15 * * * *"]) {
  console.log(`${expression}: cron-schedule ${shown(parseCronExpression(expression).getNextDates(3, from))}`);
  const parsed = CronExpressionParser.parse(expression, { currentDate: from, tz: "UTC" });
  console.log(`${expression}: cron-parser ${shown(parsed.take(3).map((date) => date.toDate()))}`);
}
JS
seen=$(TZ=UTC node run.mjs)
echo "$seen"
[ "$seen" = '0 0 * * 1#2: cron-schedule 11-02T00:00 11-09T00:00 11-16T00:00
0 0 * * 1#2: cron-parser 11-09T00:00 12-14T00:00 01-11T00:00
5/15 * * * *: cron-schedule 11-01T00:05 11-01T01:05 11-01T02:05
5/15 * * * *: cron-parser 11-01T00:05 11-01T00:20 11-01T00:35' ] || { echo "The behaviour has changed."; exit 1; }
