#!/usr/bin/env bash
# @fullcalendar/* 6, in the registry on 2026-11-28.
#
# Not all packages of a release are published: in 6.1, @fullcalendar/core ends at 6.1.22 and @fullcalendar/timegrid at 6.1.21. So a range
# that copies the newest version of one package to all of them does not install.
#
# Seen: `6.1.22 of both: ETARGET`, `6.1.21 of both: installs`.
# Way out: write a version that every package of the family has (worker/agents/packages/editors-and-documents.md).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null

# The outcome of installing these packages: "installs", or the code of npm's error.
outcome() {
  local said
  if said=$(npm install --package-lock-only --no-save --no-audit --no-fund "$@" 2>&1); then
    echo installs
  else
    sed -n 's/^npm error code //p' <<< "$said"
  fi
}
seen="6.1.22 of both: $(outcome @fullcalendar/core@6.1.22 @fullcalendar/timegrid@6.1.22)
6.1.21 of both: $(outcome @fullcalendar/core@6.1.21 @fullcalendar/timegrid@6.1.21)"
echo "$seen"
[ "$seen" = '6.1.22 of both: ETARGET
6.1.21 of both: installs' ] || { echo "The behaviour has changed."; exit 1; }
