import { LOAD } from "../gateway/hot/page-part.ts";
import { lateStylesFunction } from "../gateway/late-styles.ts";

/** The function that takes the place of `import()` in the scripts of a publication that load style sheets with others. */
const LOAD_WITH_STYLES = `function ${LOAD}(address){const styles=(${lateStylesFunction()
  .replace(/\n\s*/g, "")
  .replace(
    / ?([=(){}?:,>|&!]+) ?/g,
    "$1",
  )})(address);return styles===null?import(address):styles.then(()=>import(address))}\n`;

/**
 * Returns a script of a publication that loads the style sheets of others before it imports these.
 * @param lateScripts the addresses of scripts that style sheets belong to
 */
export function withLateStyles(contents: Uint8Array, path: string, lateScripts: readonly string[]): Uint8Array {
  if (lateScripts.length === 0 || !path.endsWith(".js")) return contents;
  const code = new TextDecoder().decode(contents);
  const loading = lateScripts.reduce(
    (written, address) => written.replaceAll(`import("${address}")`, () => `${LOAD}("${address}")`),
    code,
  );
  return loading === code ? contents : new TextEncoder().encode(`${loading.trimEnd()}\n${LOAD_WITH_STYLES}`);
}
