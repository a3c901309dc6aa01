import type { OutputFile } from "esbuild-wasm";
import { type Built, minifyScript, minifySheet } from "../engine/esbuild.ts";
import { type MappedScript, minifyModule } from "../tools/terser.ts";
import { ToolFailure, type ToolRunner } from "../tools/tool-runner.ts";
import { FIRST_OF_PARTS } from "./part-imports.ts";

/**
 * The maximum size of a script that Terser minifies, and of all of a build together, in bytes of code that is not minified. An isolate has
 * 128 MB, and 1.4 MB of code take some 90. Larger scripts are minified by esbuild alone.
 */
const LIMITS = { script: 1_500_000, all: 2_500_000 };
/** What minified code weighs a byte: Terser needs a heap of 60 to 80 MB for 641 KB of it, and of 90 to 100 for 847. */
const OF_MINIFIED = 1.75;

/** How a build's scripts are minified: `target` as esbuild names it. */
export type Minifying = { runner: ToolRunner; target: string[]; limits?: { script: number; all: number } };

/**
 * Minifies the scripts and style sheets of a bundle that `minify: "later"` has left as they are, in place; its copied files stay unchanged.
 * Of scripts that were bundled in parts, which esbuild has minified, those that pages load first are minified by Terser as well.
 */
export async function minifyScripts(
  { outputFiles }: Built,
  { runner, target, limits = LIMITS }: Minifying,
): Promise<void> {
  const maps = new Map(outputFiles.filter(({ path }) => path.endsWith(".map")).map((file) => [file.path, file]));
  let left = limits.all;
  for (const file of outputFiles) {
    // Only a bundled file has a map, if it is no part; one that is copied has none.
    const map = maps.get(`${file.path}.map`);
    if (map === undefined && !FIRST_OF_PARTS.test(file.path)) continue;
    if (file.path.endsWith(".css")) {
      put(file, await minifySheet(file.text, target));
      continue;
    }
    const weight = file.contents.byteLength * (map === undefined ? OF_MINIFIED : 1);
    const isSmall = weight <= limits.script && weight <= left;
    if (isSmall) left -= weight;
    const script = { code: file.text, map: map?.text ?? "" };
    const byEsbuild = async (): Promise<MappedScript> => (map === undefined ? script : minifyScript(script, target));
    const made = (isSmall ? await byTerser(runner, script, weight) : null) ?? (await byEsbuild());
    put(file, made.code);
    if (map !== undefined) put(map, made.map);
  }
}

/** @returns null when Terser cannot minify the script in the time that it has: esbuild's result is larger, and the same otherwise */
async function byTerser(runner: ToolRunner, script: MappedScript, weight: number): Promise<MappedScript | null> {
  try {
    return await minifyModule(runner, script, weight);
  } catch (failure) {
    if (!(failure instanceof ToolFailure)) throw failure;
    console.error(JSON.stringify({ level: "error", event: "minify_failed", detail: failure.message }));
    return null;
  }
}

function put(file: OutputFile, text: string): void {
  file.contents = new TextEncoder().encode(text);
}
