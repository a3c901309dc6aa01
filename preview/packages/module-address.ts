import { replaceMetaUrl } from "../vite/index.ts";

/** The placeholder for a module's address while a bundle is built, with the module's path: `import.meta.$beside_…`. */
const MARK = "$beside_";
/** Pads a placeholder beyond any address, so that an address padded to its length shifts no column of a source map. */
const FILLER = "$".repeat(48);
/** Minified code of a classic script has another name for `import.meta`. */
const MARKED = /(import\.meta|[\w$]+)\.\$beside_(\w+)\$+/g;

/**
 * Replaces each `import.meta.url` in a package's module with a placeholder that contains the module's path. A bundle
 * combines modules of several folders in one script, whose own address differs from theirs.
 * @param path such as `node_modules/kit/lib/index.js`
 */
export function withMarks(code: string, path: string): string {
  const name = path.replace(/[^A-Za-z0-9]/g, (character) => `_${character.charCodeAt(0).toString(16)}_`);
  return replaceMetaUrl(code, path, `import.meta.${MARK}${name}${FILLER}`);
}

/** Returns the paths of the modules whose placeholders a script contains. */
export function markedModules(code: string): Set<string> {
  return new Set(code.includes(MARK) ? [...code.matchAll(MARKED)].map(([, , name = ""]) => pathOf(name)) : []);
}

/**
 * Replaces all placeholders in a script with expressions of the same length.
 * @param addressOf returns the expression for the address of the module at a path; `own` is the expression for the
 * script's address
 */
export function replaceMarks(code: string, addressOf: (path: string, own: string) => string): string {
  if (!code.includes(MARK)) return code;
  return code.replace(MARKED, (mark, meta: string, name: string) => {
    // `import.meta` does not exist in a classic script; only workers are classic scripts.
    const own = meta === "import.meta" ? "import.meta.url" : "self.location.href";
    return addressOf(pathOf(name), own).padEnd(mark.length);
  });
}

const pathOf = (name: string): string =>
  name.replace(/_([0-9a-f]+)_/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
