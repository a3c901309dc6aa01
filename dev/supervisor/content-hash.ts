import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The root folder of the repository. */
export const ROOT = fileURLToPath(new URL("../..", import.meta.url));
/** Rebuildable files: bundles by content hash, shared by all stacks of this clone. */
export const CACHE = join(ROOT, "node_modules/.cache/edgesmith");

const SKIPPED = new Set(["node_modules", "dist", ".wrangler", ".edgesmith"]);

/** Hashes the names and contents of files and folders of the repository. The hash changes whenever a build would. */
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
