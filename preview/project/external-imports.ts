import type { Precompilation } from "./precompilation.ts";
import type { SourceFiles } from "./source-files.ts";

const STYLE_SHEET = /\.(?:css|pcss|postcss)$/;
/** A comment, a quoted text, an `@import` of another host, or a character that the search for rules needs. */
const PARTS =
  /\/\*[\s\S]*?\*\/|@import\s+(?:url\(\s*)?(?:"(?:https?:)?\/\/[^"\n]*"|'(?:https?:)?\/\/[^'\n]*'|(?:https?:)?\/\/[^\s"'()]+)\s*\)?[^;{}]*;|@(?:import|charset)\b[^;{}"']*(?:"[^"\n]*"|'[^'\n]*')?[^;{}]*;|@layer\b[^;{}]*;|"(?:\\[\s\S]|[^"\\])*"|'(?:\\[\s\S]|[^'\\])*'|[{}]|[^\s{}"'/@]+|[/@]/gi;
const EXTERNAL = /^@import\s+(?:url\(\s*)?["']?(?:https?:)?\/\//i;
const BEFORE_RULES = /^(?:\/\*|@import\b|@charset\b|@layer\b[^{}]*;$)/i;

/**
 * Moves imports of other hosts that come after rules to a sheet's first line, as `vite build` does. Browsers would ignore them, and
 * the fonts of pages in which `@import url("https://fonts…")` comes after `@tailwind` would be missing. Lines keep their numbers.
 */
export function externalImportsFirst(css: string): string {
  if (!/@import\s+(?:url\(\s*)?["']?(?:https?:)?\/\//i.test(css)) return css;
  const late: string[] = [];
  let depth = 0;
  let isLate = false;
  const rest = css.replace(PARTS, (part) => {
    if (part === "{") depth += 1;
    if (part === "}") depth -= 1;
    if (depth === 0 && isLate && EXTERNAL.test(part)) {
      late.push(part.replace(/\s+/g, " "));
      return part.replace(/[^\n]+/g, "");
    }
    isLate ||= !BEFORE_RULES.test(part);
    return part;
  });
  if (late.length === 0) return css;
  const charset = /^@charset\s+"[^"]*";/i.exec(rest)?.[0] ?? "";
  return charset + late.join("") + rest.slice(charset.length);
}

/**
 * Moves the imports of other hosts in every style sheet of a project to its beginning: in those that are modules here, and in
 * the files that it returns by path, which are the changed plain sheets, the blocks of components and the compiled sheets.
 */
export function withImportsFirst(
  files: SourceFiles,
  { modules, beside }: Pick<Precompilation, "modules" | "beside">,
  sheets: ReadonlyMap<string, { css: string }>,
): [path: string, content: string][] {
  for (const [path, module] of modules) {
    if (module.loader !== "css" && module.loader !== "local-css") continue;
    modules.set(path, { ...module, contents: externalImportsFirst(module.contents) });
  }
  const plain = [...files].flatMap(([path, content]): [string, string][] => {
    if (typeof content !== "string" || !STYLE_SHEET.test(path)) return [];
    const moved = externalImportsFirst(content);
    return moved === content ? [] : [[path, moved]];
  });
  const blocks = [...beside].map(([path, content]): [string, string] => [
    path,
    STYLE_SHEET.test(path) ? externalImportsFirst(content) : content,
  ]);
  const compiled = [...sheets].map(([path, { css }]): [string, string] => [path, externalImportsFirst(css)]);
  return [...plain, ...blocks, ...compiled];
}
