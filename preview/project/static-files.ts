import type { SourceFiles } from "./source-files.ts";

// What a generated app keeps for itself: sources that only mean something built, its server, and its manifests.
const SOURCE = /\.(tsx?|jsx|mts|cts)$/;
const SERVER = /^src\/server(\.|\/)/;
const MANIFEST = /^(package(-lock)?\.json|tsconfig[^/]*\.json|jsconfig\.json|wrangler\.(toml|jsonc?))$/;

/** The address a file has on the preview's origin, or null where it is not served: `public/` is the root. */
export function addressOf(path: string): string | null {
  const hidden = path.split("/").some((segment) => segment.startsWith(".") && segment !== ".well-known");
  if (hidden || path.startsWith("node_modules/")) return null;
  if (path.startsWith("public/")) return path.slice("public".length);
  if (SOURCE.test(path) || SERVER.test(path) || MANIFEST.test(path)) return null;
  return `/${path}`;
}

/** The files served as they lie, by address. A file in `public/` wins over one of the same address outside it. */
export function staticFiles(files: SourceFiles): Map<string, string | Uint8Array> {
  const served = new Map<string, string | Uint8Array>();
  for (const [path, content] of files) {
    const address = addressOf(path);
    if (address === null) continue;
    if (!served.has(address) || path.startsWith("public/")) served.set(address, content);
  }
  return served;
}
