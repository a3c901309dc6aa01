import { readdirSync } from "node:fs";
import { join } from "node:path";

export type BundledModule = { type: "ESModule" | "Text" | "CompiledWasm" | "Data"; file: string };

/**
 * Lists the modules in the output of `wrangler deploy --dry-run --outdir`, the entry first. Skips its README and source
 * maps.
 */
export function bundledModules(bundle: string): BundledModule[] {
  const found: BundledModule[] = [];
  for (const entry of readdirSync(bundle, { withFileTypes: true, recursive: true })) {
    const file = join(entry.parentPath, entry.name).slice(bundle.length + 1);
    const type = entry.isFile() ? typeOf(file) : undefined;
    if (type) found.push({ type, file });
  }
  return found.sort((one, other) => Number(other.file === "index.js") - Number(one.file === "index.js"));
}

function typeOf(file: string): BundledModule["type"] | undefined {
  if (file === "README.md" || file.endsWith(".map")) return undefined;
  if (/\.m?js$/.test(file)) return "ESModule";
  if (file.endsWith(".wasm")) return "CompiledWasm";
  if (file.endsWith(".bin")) return "Data";
  return "Text";
}
