import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../../dev/supervisor/content-hash.ts";

/** The peer's Worker and its packages, which are none of Edgesmith's: nobody else than this measurement installs them. */
export const peerFolder = join(ROOT, "bench/peer");

/** Makes the peer's `node_modules` match its lock file, unless it does. @throws Error where npm fails */
export function installPeer(): void {
  const stamp = join(peerFolder, "node_modules/.installed-from");
  const wanted = createHash("sha256")
    .update(readFileSync(join(peerFolder, "package-lock.json")))
    .digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  // No package here needs a script to be of use. What npm says goes beside the table, which is the output.
  const flags = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  const { status } = spawnSync("npm", flags, {
    cwd: peerFolder,
    stdio: ["ignore", 2, 2],
    shell: process.platform === "win32",
  });
  if (status !== 0) throw new Error("The peer's packages could not be installed: npm ci failed in bench/peer.");
  writeFileSync(stamp, wanted);
}
