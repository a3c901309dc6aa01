import type { Metafile } from "esbuild-wasm";
import { packageNameOf } from "./specifiers.ts";

/** Maximum bundler memory, in bytes, that fits into a Worker's 128 MB; the heap takes the rest. */
const MAX_BYTES = 90 * 2 ** 20;
const NAMED_PACKAGES = 2;
/** Minimum size of a package that the warning names, in bytes. */
const MIN_NAMED_BYTES = 1_000_000;

/**
 * Returns the warning about a bundle that needs more memory than a Worker has. It names the large packages that
 * contribute most of the code. Returns null for a smaller bundle.
 * @param bytes the bundler's memory
 */
export function memoryWarning(bytes: number, inputs: Metafile["inputs"]): string | null {
  if (bytes <= MAX_BYTES) return null;
  const sizes = new Map<string, number>();
  for (const [path, input] of Object.entries(inputs)) {
    const [, inPackage] = /^.*node_modules\/(.+)$/.exec(path) ?? [];
    if (inPackage === undefined) continue;
    const name = packageNameOf(inPackage);
    sizes.set(name, (sizes.get(name) ?? 0) + input.bytes);
  }
  const large = [...sizes].filter(([, size]) => size >= MIN_NAMED_BYTES);
  const largest = large.sort(([, one], [, other]) => other - one).slice(0, NAMED_PACKAGES);
  const named = largest.map(([name, size]) => `${name} (${(size / 1e6).toFixed(1)} MB)`).join(" and ");
  const remedy =
    named === "" ? "" : ` Most of its code is of ${named}: take a smaller package, or load it from another host.`;
  return `Bundling needed ${Math.round(bytes / 1e6)} MB of memory. A Cloudflare Worker has 128 MB for the whole build, so publishing may fail there.${remedy}`;
}
