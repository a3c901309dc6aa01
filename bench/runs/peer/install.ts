import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../../dev/supervisor/content-hash.ts";

/**
 * The folder of the peer's Worker and its packages. They are not dependencies of Edgesmith; only this benchmark
 * installs them.
 */
export const peerFolder = join(ROOT, "bench/peer");

/**
 * Makes the peer's `node_modules` match its lock file.
 * @throws Error when npm fails
 */
export function installPeer(): void {
  const stamp = join(peerFolder, "node_modules/.installed-from");
  const wanted = createHash("sha256")
    .update(readFileSync(join(peerFolder, "package-lock.json")))
    .digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  // No package here needs an install script. npm's output goes to stderr, since stdout is the table.
  const flags = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  const { status } = spawnSync("npm", flags, {
    cwd: peerFolder,
    stdio: ["ignore", 2, 2],
    shell: process.platform === "win32",
  });
  if (status !== 0) throw new Error("The peer's packages could not be installed: npm ci failed in bench/peer.");
  writeFileSync(stamp, wanted);
}
