import type { OutputFile } from "esbuild-wasm";
import { type Built, minifyScript, minifySheet } from "../engine/esbuild.ts";
import { type MappedScript, minifyModule } from "../tools/terser.ts";
import { ToolFailure, type ToolRunner } from "../tools/tool-runner.ts";

/**
 * The maximum size of a script that Terser minifies, and of all of a build together, in bytes. An isolate has 128 MB, and 1.4 MB of code
 * take some 90. Larger scripts are minified by esbuild alone.
 */
const LIMITS = { script: 1_500_000, all: 2_000_000 };

/** How a build's scripts are minified: `target` as esbuild names it. */
export type Minifying = { runner: ToolRunner; target: string[]; limits?: { script: number; all: number } };

/**
 * Minifies the scripts and style sheets of a bundle that `minify: "later"` has left as they are, in place; its copied files stay unchanged.
 */
export async function minifyScripts(
  { outputFiles }: Built,
  { runner, target, limits = LIMITS }: Minifying,
): Promise<void> {
  const maps = new Map(outputFiles.filter(({ path }) => path.endsWith(".map")).map((file) => [file.path, file]));
  let left = limits.all;
  for (const file of outputFiles) {
    // Only a bundled file has a map; one that is copied has none.
    const map = maps.get(`${file.path}.map`);
    if (map === undefined) continue;
    if (file.path.endsWith(".css")) {
      put(file, await minifySheet(file.text, target));
      continue;
    }
    const bytes = file.contents.byteLength;
    const isSmall = bytes <= limits.script && bytes <= left;
    if (isSmall) left -= bytes;
    const script = { code: file.text, map: map.text };
    const made = (isSmall ? await byTerser(runner, script) : null) ?? (await minifyScript(script, target));
    put(file, made.code);
    put(map, made.map);
  }
}

/** @returns null when Terser cannot minify the script in the time that it has: esbuild's result is larger, and the same otherwise */
async function byTerser(runner: ToolRunner, script: MappedScript): Promise<MappedScript | null> {
  try {
    return await minifyModule(runner, script);
  } catch (failure) {
    if (!(failure instanceof ToolFailure)) throw failure;
    console.error(JSON.stringify({ level: "error", event: "minify_failed", detail: failure.message }));
    return null;
  }
}

function put(file: OutputFile, text: string): void {
  file.contents = new TextEncoder().encode(text);
}
