// Runs on Node 20 with nothing installed: makes node_modules match package-lock.json, then runs the given program
// (`node dev/install.mjs dev/start.ts`) with the Node that it just installed. It starts the program itself because a
// shell caches the path of `node` on first use and would run the machine's own again.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const lock = `${root}package-lock.json`;
const installed = `${root}node_modules/.package-lock.json`;
const stamp = `${root}node_modules/.installed-from`;
const node = `${root}node_modules/node/bin/node`;

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"];
/** npm itself is silent until it ends, which looks like a hang on a slow line. */
const SILENCE_MS = 8_000;

const wanted = createHash("sha256").update(readFileSync(lock)).digest("hex");
const [program, ...args] = process.argv.slice(2);
if (!isCurrent()) await install();
else if (program === "dev/start.ts") console.log("  install   done before: the dependencies match package-lock.json");
if (program !== undefined) run(program, args);

/** npm writes its own copy of the lock file last, so an interrupted install has none. */
function isCurrent() {
  if (!existsSync(installed) || !existsSync(node)) return false;
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return true;
  if (statSync(installed).mtimeMs < statSync(lock).mtimeMs) return false;
  writeFileSync(stamp, wanted); // Somebody ran npm by hand. From now on compare contents instead of modification times.
  return true;
}

async function install() {
  console.log("  install   begins (npm ci); this happens once and takes a minute or two");
  const began = Date.now();
  const seconds = () => `${((Date.now() - began) / 1000).toFixed(1)} s`;
  const reminder = setInterval(() => console.log(`  install   still under way after ${seconds()}`), SILENCE_MS);
  const status = await npmInstall();
  clearInterval(reminder);
  if (status !== 0) {
    console.error("The dependencies could not be installed: npm ci failed, see above.");
    process.exit(status);
  }
  console.log(`  install   done in ${seconds()}`);
  writeFileSync(stamp, wanted);
}

/** Resolves with npm's exit code. A signal to this process stops npm as well. */
function npmInstall() {
  const flags = ["ci", "--include=dev", "--no-audit", "--no-fund", "--loglevel=error"];
  const npm = spawn("npm", flags, { cwd: root, stdio: "inherit", shell: process.platform === "win32" });
  const stop = () => npm.kill();
  for (const signal of SIGNALS) process.once(signal, stop);
  return new Promise((resolve) => {
    npm.once("error", (error) => {
      console.error(`npm could not be started: ${error.message}`);
      resolve(1);
    });
    npm.once("exit", (code) => {
      for (const signal of SIGNALS) process.removeListener(signal, stop);
      resolve(code ?? 1);
    });
  });
}

function run(program, args) {
  const env = { ...process.env, NODE_COMPILE_CACHE: `${root}node_modules/.cache/edgesmith/node` };
  // The IPC channel closes when this process ends, even by kill -9, and so tells the program to stop.
  const child = spawn(node, [program, ...args], { cwd: root, stdio: ["inherit", "inherit", "inherit", "ipc"], env });
  for (const signal of SIGNALS) process.on(signal, () => child.kill(signal));
  if (process.env.npm_lifecycle_event !== undefined) followNpm(() => child.kill("SIGTERM"));
  child.on("error", (error) => {
    console.error(`${program} could not be started: ${error.message}`);
    process.exit(1);
  });
  child.on("exit", (code, signal) => process.exit(code ?? (signal === "SIGINT" ? 130 : 143)));
}

/** npm forwards a signal to its shell, which ends without notifying this process: poll whether both are still alive. */
function followNpm(onEnd) {
  const shell = process.ppid;
  const { stdout } = spawnSync("ps", ["-o", "ppid=", "-p", String(shell)], { encoding: "utf8" });
  const npm = Number.parseInt(stdout ?? "", 10); // NaN on a system without ps: watch only the shell.
  const timer = setInterval(() => {
    if (process.ppid === shell && (Number.isNaN(npm) || exists(npm))) return;
    clearInterval(timer);
    onEnd();
  }, 250);
  timer.unref();
}

function exists(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === "EPERM";
  }
}
