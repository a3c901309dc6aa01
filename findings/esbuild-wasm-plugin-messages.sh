#!/usr/bin/env bash
# esbuild-wasm 0.28.2, `esm/browser.js` with `worker: false`, the only way in a Cloudflare Worker; run here in Node.
#
# The service posts each message to its WebAssembly program with a timer. A plugin's response to an import is such a message, once for
# resolving and once for loading. A program that reads its files itself, through Node's `fs` in `globalThis.fs`, needs no messages for them.
# Where a timer takes milliseconds, as nested ones do in browsers, so does every module.
#
# Seen: `by a plugin: 1005, by files: 2` timers for a build of 501 modules.
# Way out: a file system in memory for the program, and narrow filters for plugins (preview/engine/memory-fs.ts).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y > /dev/null
npm install --no-audit --no-fund --loglevel=error esbuild-wasm@0.28.2 > /dev/null
mkdir modules
cat > run.mjs <<'JS'
import nodeFs, { readFileSync, writeFileSync } from "node:fs";

const MODULES = 500;
const sources = new Map([["/main.js", Array.from({ length: MODULES }, (_, at) => `import "./m${at}.js";`).join("\n")]]);
for (let at = 0; at < MODULES; at += 1) sources.set(`/m${at}.js`, `globalThis.m${at} = ${at};`);
for (const [path, text] of sources) writeFileSync(`modules${path}`, text);

let timers = 0;
const { setTimeout: original } = globalThis;
globalThis.setTimeout = (...values) => {
  timers += 1;
  return original(...values);
};

globalThis.self = globalThis;
// The service replaces `read` to hand on its messages at descriptor 0, and `writeSync` to hear those of the program.
let readMessages;
globalThis.fs = {
  ...nodeFs,
  get read() {
    return (fd, ...rest) => (fd === 0 ? readMessages(fd, ...rest) : nodeFs.read(fd, ...rest));
  },
  set read(read) {
    readMessages = read;
  },
  write: (fd, buffer, _offset, _length, _position, done) => done(null, globalThis.fs.writeSync(fd, buffer)),
};
const { build, initialize } = await import("esbuild-wasm/esm/browser.js");
await initialize({ wasmModule: new WebAssembly.Module(readFileSync("node_modules/esbuild-wasm/esbuild.wasm")), worker: false });

const inMemory = {
  name: "in-memory",
  setup(on) {
    on.onResolve({ filter: /.*/ }, ({ path }) => ({ path: path.replace(/^\.?\/?/, "/"), namespace: "memory" }));
    on.onLoad({ filter: /.*/, namespace: "memory" }, ({ path }) => ({ contents: sources.get(path), loader: "js" }));
  },
};

async function timersOf(options) {
  timers = 0;
  const { outputFiles } = await build({ bundle: true, write: false, logLevel: "silent", ...options });
  if (!outputFiles[0].text.includes(`m${MODULES - 1}`)) throw new Error("The bundle lacks a module.");
  return timers;
}
const byPlugin = await timersOf({ entryPoints: ["/main.js"], plugins: [inMemory] });
const byFiles = await timersOf({ entryPoints: [`${process.cwd()}/modules/main.js`], absWorkingDir: process.cwd() });
console.log(`by a plugin: ${byPlugin}, by files: ${byFiles}`);
process.exit();
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = 'by a plugin: 1005, by files: 2' ] || { echo "The behaviour has changed."; exit 1; }
