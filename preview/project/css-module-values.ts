import { normalize } from "./paths.ts";
import type { Precompiled } from "./precompilation.ts";
import type { SourceFiles } from "./source-files.ts";

// Values that CSS modules give to scripts and to each other, by the rules of postcss-modules:
// https://github.com/css-modules/icss and https://github.com/css-modules/postcss-modules-values.

/** A file of a CSS module, in any language. */
export const CSS_MODULE = /\.module\.(css|scss|sass|less)$/;
const HAS_VALUES = /@value\s|:export\s*\{|:import\(/;
const VALUE_RULE = /@value\s+([^;{}]+);?/g;
const IMPORTED = /^(.+?)\s+from\s+(["'].+["']|[\w-]+)$/s;
const DEFINED = /^([\w-]+)(?:\s*:\s*|\s+)(.+)$/s;
const IMPORT_BLOCK = /:import\(\s*["']?(.+?)["']?\s*\)\s*\{([^}]*)\}/g;
const EXPORT_BLOCK = /:export\s*\{([^}]*)\}/g;

/** A CSS module without its values' rules, and the values by name. */
type Evaluated = { css: string; values: ReadonlyMap<string, string> };
const NOTHING: Evaluated = { css: "", values: new Map() };

/**
 * Evaluates `@value` and `:export` of the project's CSS modules, which esbuild does not know.
 * @param compiled modules of other languages, whose contents are replaced by those without values
 * @param textOf returns a file's CSS after its compilers, or null
 * @returns the modules that have any, by path
 */
export function cssModuleValues(
  files: SourceFiles,
  compiled: Map<string, Precompiled>,
  textOf: (path: string) => string | null,
): Map<string, Evaluated> {
  const read = (path: string): string | null => compiled.get(path)?.contents ?? textOf(path);
  const found = new Map<string, Evaluated>();
  const known = new Map<string, Evaluated>();
  for (const path of files.keys()) {
    if (!CSS_MODULE.test(path)) continue;
    const css = read(path) ?? "";
    if (HAS_VALUES.test(css)) found.set(path, evaluated(path, read, known));
  }
  for (const [path, { css }] of found) {
    const module = compiled.get(path);
    if (module !== undefined) compiled.set(path, { ...module, contents: css });
  }
  return found;
}

/** Evaluates each module once; of two that import each other, the later one does not yet have the other's values. */
function evaluated(path: string, read: (path: string) => string | null, known: Map<string, Evaluated>): Evaluated {
  const before = known.get(path);
  if (before !== undefined) return before;
  known.set(path, NOTHING);
  const result = evaluate(path, read(path) ?? "", (target) => evaluated(target, read, known));
  known.set(path, result);
  return result;
}

function evaluate(path: string, css: string, moduleAt: (path: string) => Evaluated): Evaluated {
  const values = new Map<string, string>();
  const resolved = (value: string): string => withValues(value.trim(), values);
  const from = (specifier: string): Evaluated =>
    moduleAt(normalize(`${path.slice(0, path.lastIndexOf("/") + 1)}${resolved(specifier).replace(/["']/g, "")}`));
  const take = (name: string, local: string, source: Evaluated) => {
    const value = source.values.get(name);
    if (value !== undefined) values.set(local, value);
  };
  const plain = css
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(VALUE_RULE, (_, rule: string) => {
      const [, names, specifier = ""] = IMPORTED.exec(rule.trim()) ?? [];
      if (names === undefined) {
        const [, name = "", value = ""] = DEFINED.exec(rule.trim()) ?? [];
        values.set(name, resolved(value));
        return "";
      }
      const source = from(specifier);
      for (const one of names.replace(/[()]/g, "").split(",")) {
        const [name = "", local = name] = one.trim().split(/\s+as\s+/);
        take(name, local, source);
      }
      return "";
    })
    .replace(IMPORT_BLOCK, (_, specifier: string, body: string) => {
      const source = from(specifier);
      for (const [local, name] of pairsIn(body)) take(name, local, source);
      return "";
    });
  const inRules = new Map(values);
  const rest = plain.replace(EXPORT_BLOCK, (_, body: string) => {
    for (const [name, value] of pairsIn(body)) values.set(name, withValues(value, inRules));
    return "";
  });
  return { css: substituted(rest, inRules), values };
}

const pairsIn = (body: string): [string, string][] =>
  body.split(";").flatMap((line): [string, string][] => {
    const colon = line.indexOf(":");
    return colon < 0 ? [] : [[line.slice(0, colon).trim(), line.slice(colon + 1).trim()]];
  });

/** Replaces names of values in declarations and in conditions of at-rules, and nowhere else. */
function substituted(css: string, values: ReadonlyMap<string, string>): string {
  if (values.size === 0) return css;
  return css
    .replace(/:[^;{}]+(?=[;}])/g, (declaration) => withValues(declaration, values))
    .replace(/@(media|container|supports)[^{;]+/g, (condition) => withValues(condition, values));
}

const withValues = (text: string, values: ReadonlyMap<string, string>): string =>
  text.replace(/[A-Za-z_-][\w-]*/g, (name) => values.get(name) ?? name);
