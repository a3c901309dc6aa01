#!/usr/bin/env bash
# @cloudflare/shell 0.4.3 (files for agents in Workers): `glob`, `searchFiles` and `replaceInFiles`.
#
# Patterns are compared literally with absolute paths. A relative one such as `src/**/*.ts`, the usual form in tools for agents, finds
# nothing, and `**/*.ts` finds everything except files at the top level. `[!a]` means "! or a", not "anything but a". A choice containing a
# wildcard, `{src,test}` written as `{src/*,test/*}`, finds the folders and not their files. An agent without a match reports that there is
# none.
#
# Seen: see the last lines.
# Way out: begin patterns with a slash, and filter paths by picomatch.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error --legacy-peer-deps @cloudflare/shell@0.4.3 > /dev/null
cat > run.mjs <<'JS'
import { createMemoryStateBackend } from "@cloudflare/shell";
const files = { "/main.ts": "", "/src/a.ts": "", "/src/b.ts": "", "/test/a.ts": "" };
const state = createMemoryStateBackend({ files });
for (const pattern of ["/src/*.ts", "src/*.ts", "**/*.ts", "/src/[!a].ts", "/{src/*,test/*}"]) {
  console.log(`${pattern}:`, (await state.glob(pattern)).join(" ") || "none");
}
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = '/src/*.ts: /src/a.ts /src/b.ts
src/*.ts: none
**/*.ts: /src/a.ts /src/b.ts /test/a.ts
/src/[!a].ts: /src/a.ts
/{src/*,test/*}: /src /test' ] || { echo "The behaviour has changed."; exit 1; }
