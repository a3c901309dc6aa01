import { relativePath } from "../tools/paths.ts";
import { CSS_MODULE } from "./css-module-values.ts";
import { normalize, within } from "./paths.ts";

type TextOf = (path: string) => string | null;

/** A comment, which may hold a rule, or a rule with its specifier and conditions. */
const IMPORT = /\/\*[\s\S]*?\*\/|@import\s+(?:url\(\s*)?["']([^"']+)["']\s*\)?\s*([^;]*);?/g;
/** References that are relative to the sheet: of images, of other rules and of composed classes. */
const RELATIVE = /(url\(\s*["']?|@import\s+["']|\bfrom\s+["'])(?![a-z][\w+.-]*:|[/#~@])([^"')\s]+)/gi;

/**
 * Puts the project's sheets that CSS modules import into them, as Vite does before it names classes: their classes are the
 * module's own then, and would otherwise be the whole page's.
 *
 * @param paths the project's files
 * @param textOf returns a file's CSS after its compilers, or null
 * @returns the CSS of the modules that import any, by path
 */
export function cssModuleImports(paths: Iterable<string>, textOf: TextOf): Map<string, string> {
  const found = new Map<string, string>();
  for (const path of paths) {
    if (!CSS_MODULE.test(path) || !path.endsWith(".css")) continue;
    const css = textOf(path);
    if (css === null || !css.includes("@import")) continue;
    const inlined = textAfter(inline(path, css, textOf, new Set([path])));
    if (inlined !== css) found.set(path, inlined);
  }
  return found;
}

/** `before`: the rules that import packages and sheets of other hosts, which are valid only before all others. */
type Inlined = { before: string[]; body: string };

const textAfter = ({ before, body }: Inlined): string => (before.length === 0 ? body : `${before.join("\n")}\n${body}`);

/** A sheet that is imported again is left out, as postcss-import does, so a cycle ends. */
function inline(path: string, css: string, textOf: TextOf, seen: Set<string>): Inlined {
  const folder = folderOf(path);
  const before: string[] = [];
  const body = css.replace(IMPORT, (rule, specifier: string | undefined, conditions: string) => {
    if (specifier === undefined) return rule;
    const target = within(folder, specifier);
    const isHere = !/^(?:[a-z][\w+.-]*:|\/)/i.test(specifier) && !/^(?:layer|supports)\b/.test(conditions);
    const imported = isHere ? textOf(target) : null;
    if (imported === null) {
      before.push(rule);
      return "";
    }
    if (seen.has(target)) return "";
    seen.add(target);
    const inner = inline(target, imported, textOf, seen);
    const media = conditions.trim();
    const here = (text: string): string => moved(text, { from: folderOf(target), to: folder, textOf });
    before.push(...inner.before.map((one) => here(media === "" ? one : one.replace(/;?$/, ` ${media};`))));
    const text = here(inner.body);
    return media === "" ? text : `@media ${media} {\n${text}\n}`;
  });
  return { before, body };
}

const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf("/")));

type Move = { from: string; to: string; textOf: TextOf };

/** Rewrites a sheet's references for another folder. A bare name is a file beside the sheet or, where there is none, a package. */
function moved(css: string, { from, to, textOf }: Move): string {
  if (from === to) return css;
  return css.replace(RELATIVE, (whole, start: string, reference: string) => {
    const path = within(from, reference);
    const isPackage = !reference.startsWith(".") && !/^url/i.test(start) && textOf(path) === null;
    return isPackage ? whole : start + relativePath(normalize(to), path);
  });
}
