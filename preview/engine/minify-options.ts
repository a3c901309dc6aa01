import type { BuildOptions } from "esbuild-wasm";
import type { BundleOptions } from "./bundle.ts";
import { isBrowser } from "./side.ts";

type Minified = Pick<BundleOptions, "side" | "mode" | "tuning" | "minify">;

/** Vite's default target: browsers with the Baseline features of 2023. */
const BROWSERS = ["chrome111", "edge111", "firefox114", "safari16.4"];

/** Returns the target of browser scripts in esbuild's notation. */
export const targetOf = ({ mode, tuning }: Minified): string[] =>
  (mode === "production" ? tuning?.target : null) ?? BROWSERS;

const isMinified = ({ side, mode, tuning }: Minified): boolean =>
  mode === "production" && side !== "server" && tuning?.minify !== false;

/** Whether a bundle's scripts are minified after bundling. */
export const isMinifiedLater = (options: Minified): boolean => options.minify === "later" && isMinified(options);

/** Returns esbuild's options for a bundle's target and minification. */
export const minifyOptions = (options: Minified): BuildOptions => ({
  target: isBrowser(options.side) ? targetOf(options) : ["es2024"],
  ...(isMinifiedLater(options) ? { minifySyntax: true } : { minify: isMinified(options) }),
});
