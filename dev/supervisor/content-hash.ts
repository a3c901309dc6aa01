import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository's own folder. */
export const ROOT = fileURLToPath(new URL("../..", import.meta.url));
/** What can be made again at any time: bundles by content hash. Shared by all stacks of this clone. */
export const CACHE = join(ROOT, "node_modules/.cache/edgesmith");

const SKIPPED = new Set(["node_modules", "dist", ".wrangler", ".edgesmith"]);

/** A hash of the names and contents of files and folders of the repository; it changes when a build would. */
export function contentHash(paths: string[]): string {
  const hash = createHash("sha256");
  for (const path of paths) addTo(hash, path);
  return hash.digest("hex").slice(0, 20);
}

function addTo(hash: ReturnType<typeof createHash>, path: string): void {
  const full = join(ROOT, path);
  if (!existsSync(full)) return;
  if (!statSync(full).isDirectory()) {
    hash.update(path).update("\0").update(readFileSync(full)).update("\0");
    return;
  }
  for (const name of readdirSync(full).sort()) if (!SKIPPED.has(name)) addTo(hash, join(path, name));
}
