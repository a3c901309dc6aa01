import { type Alias, applyAlias, join } from "../vite/index.ts";
import type { SourceFiles } from "./source-files.ts";

const SCRIPT = /\.(?:[cm]?[jt]sx?|vue|svelte|mdx?)$/;
const SPECIFIER = /(?:\bfrom|\bimport)\s*\(?\s*(?:\/\*(?:[^*]|\*(?!\/)){0,200}\*\/\s*){0,4}["']([^"'\n]+)["']/g;
/** An import from the app's root, such as `/src/app`. */
const FROM_ROOT = /["']\/[\w@]/;

/**
 * Returns the aliases of vite.config that lead to files of the app, and the app's imports from its root, as patterns of a tsconfig.json
 * with their targets from the app's folder. esbuild compiles a script by the options of a tsconfig.json only where it resolves the import
 * by itself. Of aliases of one name the first counts; a regular expression has a pattern for each import that it matches.
 * @param root Vite's `root` in the app's folder, from which addresses with a leading slash are
 */
export function aliasPatterns(aliases: readonly Alias[], files: SourceFiles, root = ""): Record<string, string[]> {
  const named = aliases.toReversed().flatMap(({ find, replacement }): [string, string[]][] => {
    if (typeof find !== "string" || !replacement.startsWith("/") || replacement.includes("*")) return [];
    const target = replacement.slice(1);
    return [
      [find, [target]],
      [`${find}/*`, [join(target, "*").normalize("NFC")]],
    ];
  });
  const hasExpression = aliases.some(({ find }) => typeof find !== "string");
  const scripts = [...files].flatMap(([path, content]) =>
    SCRIPT.test(path) && typeof content === "string" ? [content] : [],
  );
  const read = scripts.filter((code) => hasExpression || FROM_ROOT.test(code));
  const specifiers = new Set(
    read.flatMap((code) => [...code.matchAll(SPECIFIER)].map(([, specifier = ""]) => specifier)),
  );
  const single = [...specifiers].flatMap((specifier): [string, string[]][] => {
    const aliased = applyAlias(specifier, aliases);
    const meant = aliased ?? specifier;
    if (!meant.startsWith("/") || /[*?]/.test(specifier + meant)) return [];
    const served = aliased === null && root !== "" ? [join(root, meant.slice(1))] : [];
    return [[specifier, [...served, meant.slice(1)]]];
  });
  return Object.fromEntries([...named, ...single]);
}
