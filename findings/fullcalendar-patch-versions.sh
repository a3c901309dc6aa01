#!/usr/bin/env bash
# @fullcalendar/* 6, as the registry has it at 2026-11-28.
#
# The packages of one release are not all published: at 6.1 @fullcalendar/core ends at 6.1.22, @fullcalendar/timegrid at 6.1.21. So a
# range that is taken from the newest of one package and written for all of them does not install.
#
# Seen: `core ^6.1.22 with timegrid ^6.1.22: ETARGET`, `core ^6 with timegrid ^6: installs`.
# Way out: write a range that every package of the family has (worker/agents/packages/editors-and-documents.md).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null

# What becomes of both packages at one range: "installs", or npm's code of the error.
outcome() {
  local said
  if said=$(npm install --package-lock-only --no-save --no-audit --no-fund --before=2026-11-28 "@fullcalendar/core@$1" "@fullcalendar/timegrid@$1" 2>&1); then
    echo installs
  else
    sed -n 's/^npm error code //p' <<< "$said"
  fi
}
seen="core ^6.1.22 with timegrid ^6.1.22: $(outcome ^6.1.22)
core ^6 with timegrid ^6: $(outcome ^6)"
echo "$seen"
[ "$seen" = 'core ^6.1.22 with timegrid ^6.1.22: ETARGET
core ^6 with timegrid ^6: installs' ] || { echo "The behaviour has changed."; exit 1; }
