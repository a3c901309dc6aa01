#!/usr/bin/env bash
# croner 11.0.1 against cron-parser 5.10.6, in Europe/Berlin on the two days when the clock changes.
#
# Neither is wrong, but a schedule that one displays and the other runs is. For 2:30 on the day without that half hour, croner runs at 3:00 and
# cron-parser at 3:30. In the repeated hour, a half-hourly job, `*/30 2 * * *`, runs three times with croner (the first half of that hour
# once, its second half twice) and once with cron-parser.
#
# Seen: see the last lines, in UTC.
# Way out: schedules in UTC, which have no such hours.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error croner@11.0.1 cron-parser@5.10.6 > /dev/null
cat > run.mjs <<'JS'
import { CronExpressionParser } from "cron-parser";
import { Cron } from "croner";

const zone = "Europe/Berlin";
const shown = (dates) => dates.map((date) => date.toISOString().slice(5, 16)).join(" ");
for (const [expression, start] of [["30 2 * * *", "2026-03-28T12:00:00Z"], ["*/30 2 * * *", "2026-10-25T00:00:00Z"]]) {
  const from = new Date(start);
  console.log(`${expression}: croner ${shown(new Cron(expression, { timezone: zone, paused: true }).nextRuns(4, from))}`);
  const parsed = CronExpressionParser.parse(expression, { currentDate: from, tz: zone });
  console.log(`${expression}: cron-parser ${shown(parsed.take(4).map((date) => date.toDate()))}`);
}
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = '30 2 * * *: croner 03-29T01:00 03-30T00:30 03-31T00:30 04-01T00:30
30 2 * * *: cron-parser 03-29T01:30 03-30T00:30 03-31T00:30 04-01T00:30
*/30 2 * * *: croner 10-25T00:30 10-25T01:00 10-25T01:30 10-26T01:00
*/30 2 * * *: cron-parser 10-25T00:30 10-26T01:00 10-26T01:30 10-27T01:00' ] || { echo "The behaviour has changed."; exit 1; }
