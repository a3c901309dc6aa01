#!/usr/bin/env bash
# Vite 8.3.8 (chokidar 3.6.0 inside; chokidar 5.0.0 does the same, 6.0.0 does not): a file written again within 50 ms of a reported change,
# for example by a formatter after an editor's save, or by a program that writes as soon as the page shows the last change.
#
# The second change is never reported, neither at once nor after the 50 ms: the watcher passes the first event of that period and drops all
# others, where a debounce would report the last. The dev server keeps serving the text in between until the file is written again.
#
# Seen: see the last lines.
# Way out: wait 50 ms between two writes of one file, or write it again.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error vite@8.3.8 chokidar5@npm:chokidar@5.0.0 chokidar6@npm:chokidar@6.0.0 node@24.21.0 > /dev/null
cat > run.mjs <<'JS'
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { setTimeout } from "node:timers/promises";
import { createServer } from "vite";

/** Writes a file twice, the second time once its first change was reported and read, and tells which texts were reported until a second later. */
async function reported(watcher, path, isRead = () => true) {
  const texts = [];
  const first = once(watcher, "change");
  watcher.on("change", (changed) => texts.push(readFileSync(changed, "utf8").trim()));
  writeFileSync(path, "export default 2;\n");
  await first;
  while (!(await isRead())) await setTimeout(1);
  writeFileSync(path, "export default 3;\n");
  await setTimeout(1_000);
  return texts.join(" ");
}

for (const name of ["chokidar5", "chokidar6"]) {
  const { watch } = await import(name);
  mkdirSync(name);
  const path = resolve(name, "app.js");
  writeFileSync(path, "export default 1;\n");
  const watcher = watch(name, { ignoreInitial: true });
  await once(watcher, "ready");
  console.log(`${name}: ${await reported(watcher, path)}`);
  await watcher.close();
}

mkdirSync("site");
const path = resolve("site/app.js");
writeFileSync(path, "export default 1;\n");
const server = await createServer({ root: resolve("site"), configFile: false, logLevel: "silent", server: { middlewareMode: true, ws: false } });
await server.transformRequest("/app.js");
const served = async () => (await server.transformRequest("/app.js")).code.trim();
console.log(`vite: ${await reported(server.watcher, path, async () => (await served()).includes("2"))}`);
console.log(`served: ${await served()}`);
await server.close();
process.exit();
JS
seen=$(node_modules/.bin/node run.mjs)
echo "$seen"
[ "$seen" = 'chokidar5: export default 2;
chokidar6: export default 2; export default 3;
vite: export default 2;
served: export default 2;' ] || { echo "The behaviour has changed."; exit 1; }
