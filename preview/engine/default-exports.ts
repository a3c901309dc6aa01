import type { Built } from "./esbuild.ts";

/** The condition in esbuild's `__toESM` under which `default` is the whole CommonJS module. */
const CONDITION = /(\|\| ?!([\w$]+) ?\|\| ?!)(?:\2\.__esModule)(?= ?\?)/;
/** The bracketed parameter makes this as long as `.__esModule`, so that no column of a source map shifts. */
const IS_COMPILED = "$esModule";

/**
 * Makes a compiled ES module without a `default` its own default import, as Rolldown and Rollup do; esbuild leaves
 * `undefined`. Appends the function to the end of the script, where it shifts no line of a source map.
 */
export function defaultWholeModules(built: Built | null): void {
  for (const file of built?.outputFiles ?? []) {
    if (!file.path.endsWith(".js") || !CONDITION.test(file.text)) continue;
    const text = file.text.replace(CONDITION, (_, before: string, name: string) => `${before}${IS_COMPILED}(${name})`);
    file.contents = new TextEncoder().encode(
      `${text}function ${IS_COMPILED}(m) { return m.__esModule && "default" in m; }\n`,
    );
  }
}
