import type { Built } from "./esbuild.ts";

/** The condition of esbuild's `__toESM`, on which `default` is the whole CommonJS module. */
const CONDITION = /(\|\| ?!([\w$]+) ?\|\| ?!)(?:\2\.__esModule)(?= ?\?)/;
/** With a parameter in brackets it is as long as `.__esModule` behind one, so that no column of a source map moves. */
const IS_COMPILED = "$esModule";

/**
 * Makes a compiled ES module without a `default` its own default import, as Rolldown and Rollup do; esbuild leaves `undefined`.
 * The function is at the script's end, where it moves no line of a source map.
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
