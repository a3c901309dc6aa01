import { asList, asStrings, type Data, dataAt } from "./config-data.ts";
import type { Warn } from "./settings-of.ts";
import type { ViteSettings } from "./vite-settings.ts";

type Output = Pick<ViteSettings, "target" | "assetsInlineLimit" | "minify" | "assetExtensions" | "drop" | "pure">;

const DEFAULT_INLINE_LIMIT = 4_096;
/** esbuild's names of ECMAScript editions and browsers. */
const TARGET = /^(esnext|es\d+|(chrome|edge|firefox|ie|ios|opera|safari|node|deno|hermes|rhino)\d+(\.\d+)*)$/;
/** Names of Vite for its own default. */
const DEFAULT_TARGETS = new Set(["modules", "baseline-widely-available"]);

/** Reads the settings of a vite.config that affect a build's output files. */
export function outputOf(config: Data, warn: Warn): Output {
  return {
    target: targetOf(dataAt(config, "build.target"), warn),
    assetsInlineLimit: inlineLimitOf(dataAt(config, "build.assetsInlineLimit"), warn),
    minify: dataAt(config, "build.minify") !== false,
    assetExtensions: assetExtensionsOf(dataAt(config, "assetsInclude"), warn),
    drop: asStrings(dataAt(config, "esbuild.drop")).filter((one) => one === "console" || one === "debugger"),
    pure: asStrings(dataAt(config, "esbuild.pure")).filter((one) => /^[\w$.]+$/.test(one)),
  };
}

function targetOf(data: Data | undefined, warn: Warn): string[] | null {
  const named = asStrings(data).flatMap((one) => one.toLowerCase().split(/\s*,\s*/));
  const targets = named.filter((one) => TARGET.test(one));
  for (const other of named.filter((one) => !TARGET.test(one) && !DEFAULT_TARGETS.has(one)))
    warn(`build.target ${other}`, `The target "${other}" of vite.config is not known here, so it is left out.`);
  return targets.length === 0 ? null : targets;
}

function inlineLimitOf(data: Data | undefined, warn: Warn): number {
  if (data === undefined) return DEFAULT_INLINE_LIMIT;
  if (typeof data === "number") return data;
  warn(
    "build.assetsInlineLimit",
    "A function for build.assetsInlineLimit is not called here; assets below 4 KB are inlined.",
  );
  return DEFAULT_INLINE_LIMIT;
}

function assetExtensionsOf(data: Data | undefined, warn: Warn): string[] {
  return asList(data).flatMap((pattern) => {
    const extension = typeof pattern === "string" ? /\*(\.\w+)$/.exec(pattern)?.[1] : undefined;
    if (extension !== undefined) return [extension];
    const told = typeof pattern === "string" ? pattern : "that is no text";
    warn(`assetsInclude ${told}`, `The pattern of assetsInclude ${told} is left out: write it as "**/*.extension".`);
    return [];
  });
}
