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
    const inlined = inline(path, css, textOf, new Set([path]));
    if (inlined !== css) found.set(path, inlined);
  }
  return found;
}

/** A sheet that is imported again is left out, as postcss-import does, so a cycle ends. */
function inline(path: string, css: string, textOf: TextOf, seen: Set<string>): string {
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
    const text = moved(inline(target, imported, textOf, seen), folderOf(target), folder);
    return conditions.trim() === "" ? text : `@media ${conditions.trim()} {\n${text}\n}`;
  });
  // Rules of other hosts and of packages are valid only before all others.
  return before.length === 0 ? body : `${before.join("\n")}\n${body}`;
}

const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf("/")));

/** Rewrites a sheet's references for another folder. */
function moved(css: string, from: string, to: string): string {
  if (from === to) return css;
  return css.replace(RELATIVE, (_, start: string, reference: string) => start + relative(to, within(from, reference)));
}

function relative(from: string, path: string): string {
  const folders = normalize(from).split("/").filter(Boolean);
  const segments = path.split("/");
  let common = 0;
  while (common < folders.length && folders[common] === segments[common]) common++;
  return `${"../".repeat(folders.length - common) || "./"}${segments.slice(common).join("/")}`;
}
