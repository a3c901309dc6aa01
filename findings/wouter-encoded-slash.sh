#!/usr/bin/env bash
# wouter 3.13.0, `useParams` and `useLocation`.
#
# A parameter is decoded with `decodeURI`, which leaves `%2F`, `%3F`, `%23`, `%26` and six others unchanged. A link made with
# `encodeURIComponent("src/app.ts")` produces `src%2Fapp.ts`, and so does the link of a file that has this very name. The page cannot tell
# them apart by decoding: the second has become the first, because its `%25` was decoded.
#
# Seen: see the last lines.
# Way out: read the parameter from `location.pathname`, or put such values into the query, which `useSearchParams` decodes whole.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error wouter@3.13.0 react@19.3.1 react-dom@19.3.1 > /dev/null
cat > run.mjs <<'JS'
import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { Route, Router, useParams } from "wouter";

const Shown = () => useParams().file;
for (const name of ["src/app.ts", "src%2Fapp.ts", "a?b.ts", "a b.ts"]) {
  const path = `/files/${encodeURIComponent(name)}`;
  const hook = () => [path, () => undefined];
  const route = createElement(Route, { path: "/files/:file" }, createElement(Shown));
  console.log(`${name}: ${renderToStaticMarkup(createElement(Router, { hook }, route))}`);
}
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = 'src/app.ts: src%2Fapp.ts
src%2Fapp.ts: src%2Fapp.ts
a?b.ts: a%3Fb.ts
a b.ts: a b.ts' ] || { echo "The behaviour has changed."; exit 1; }
