/**
 * Plugins of Rollup that are not run: the build replaces them, or they have no effect. All others, such as replace, alias, inject, virtual, strip and dsv,
 * are run as they are.
 */
const ROLLUP_PLUGINS: Record<"done by the build" | "without effect", readonly string[]> = {
  "done by the build": [
    ...["babel", "buble", "commonjs", "dynamic-import-vars", "graphql", "json", "node-resolve", "sucrase", "swc"].map(
      (name) => `@rollup/plugin-${name}`,
    ),
    ...["typescript", "yaml"].map((name) => `@rollup/plugin-${name}`),
    ...[
      "babel",
      "commonjs",
      "esbuild",
      "json",
      "node-resolve",
      "sucrase",
      "swc",
      "swc3",
      "typescript",
      "typescript2",
    ].map((name) => `rollup-plugin-${name}`),
    ...["vite-plugin-babel", "vite-plugin-commonjs", "@originjs/vite-plugin-commonjs", "vite-plugin-dynamic-import"],
  ],
  // Vite's own plugins load images before these do, and the others look at the output alone.
  "without effect": [
    ...["eslint", "image", "terser", "url"].map((name) => `@rollup/plugin-${name}`),
    ...[
      "brotli",
      "bundle-size",
      "cleaner",
      "clear",
      "delete",
      "dts",
      "eslint",
      "filesize",
      "gzip",
      "image",
      "license",
    ].map((name) => `rollup-plugin-${name}`),
    ...["livereload", "progress", "serve", "sizes", "sourcemaps", "terser", "uglify", "url", "visualizer"].map(
      (name) => `rollup-plugin-${name}`,
    ),
  ],
};

const COVERED = new Set(Object.values(ROLLUP_PLUGINS).flat());

/** Whether an app is the same without a plugin of Rollup, since the build replaces it, or it changes no code. */
export const isCoveredRollupPlugin = (name: string): boolean => COVERED.has(name);
