#!/usr/bin/env bash
# create-vite 9.3.0, its templates `qwik` and `qwik-ts`.
#
# Both request @builder.io/qwik ^1.20.2. The registry has no such version, so a new project does not install. npm and our diagnostic are
# correct, and the corpus does not count such a template as our failure (test/apps/README.md).
#
# Seen: `template-qwik: ETARGET`, `template-qwik-ts: ETARGET`, `template-preact: installs`.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error create-vite@9.3.0 > /dev/null

# What becomes of a template's dependencies: "installs", or npm's code of the error.
outcome() {
  local said
  mkdir "$1"
  cp "node_modules/create-vite/$1/package.json" "$1"
  if said=$(npm install --prefix "$1" --package-lock-only --no-audit --no-fund 2>&1); then
    echo installs
  else
    sed -n 's/^npm error code //p' <<< "$said"
  fi
}
seen=$(for template in template-qwik template-qwik-ts template-preact; do echo "$template: $(outcome "$template")"; done)
echo "$seen"
[ "$seen" = 'template-qwik: ETARGET
template-qwik-ts: ETARGET
template-preact: installs' ] || { echo "The behaviour has changed."; exit 1; }
