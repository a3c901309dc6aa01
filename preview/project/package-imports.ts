import { parse } from "es-module-lexer/js";
import { NODE_MODULE, packageNameOf } from "../engine/specifiers.ts";
import type { StatedFormat } from "../engine/stated-format.ts";

/** A built script's imports of a package's module: names, or the whole module as a namespace. */
export type PackageUse = { names: Set<string>; namespace: boolean };

/** Under which name a bundled module of a package exports all that it exports. */
export const NAMESPACE = "__namespace";

/** A comment may stand in `import(/* webpackChunkName: "x" *\/ "x")`. */
const SPECIFIER = /(?:\bfrom|\bimport)\s*\(?\s*(?:\/\*(?:[^*]|\*(?!\/)){0,200}\*\/\s*){0,4}["']([^"'\n]+)["']/g;
const REQUIRED = /\brequire\(\s*["']([^"'\n]+)["']/g;
/** Files in packages that are no scripts and belong to their importer. */
const NO_SCRIPT = /\.(css|scss|sass|less|svg|png|jpe?g|gif|webp|avif|woff2?|ttf|otf|eot|wasm|txt|html|md|vue|svelte)$/i;

/**
 * Prefix of external specifiers while the app is bundled: esbuild's own `external` also matches every path below a
 * name, style sheets included.
 */
export const APART = "edgesmith-package:";

/**
 * Stands before the specifier in an import by which a script takes a CommonJS module as a whole: its format is stated. The same package
 * may be imported in both ways.
 */
const BY_FORMAT = "by-format:";

/** Whether an import is one that takes a CommonJS module as a whole, and the specifier of its module. */
export function readImport(key: string): { isByFormat: boolean; specifier: string } {
  const isByFormat = key.startsWith(BY_FORMAT);
  return { isByFormat, specifier: isByFormat ? key.slice(BY_FORMAT.length) : key };
}

/** Returns the used names of each module, by its specifier, in whichever way scripts import it. */
export function usesBySpecifier(uses: ReadonlyMap<string, PackageUse>): Map<string, PackageUse> {
  const found = new Map<string, PackageUse>();
  for (const [key, { names, namespace }] of uses) {
    const { specifier } = readImport(key);
    const known = found.get(specifier);
    found.set(specifier, {
      names: new Set([...(known?.names ?? []), ...names]),
      namespace: namespace || known?.namespace === true,
    });
  }
  return found;
}

/** How a script's imports of packages are recognised. */
type Packages = {
  /** Whether a name is that of an installed package. */
  isPackage: (name: string) => boolean;
  /** Returns the specifier that an alias leads to, else the same. */
  meant: (specifier: string) => string;
};

/** Whether a script takes a package in a form that cannot be separated, so that the package would be there twice. */
export const isInseparable = (script: string, { isPackage, meant }: Packages): boolean =>
  script.includes("@jsxImportSource") ||
  [...script.matchAll(REQUIRED)].some(([, specifier = ""]) => isPackage(packageNameOf(meant(specifier))));

/** Collects the modules of packages that scripts import by name, so that they can be bundled separately. */
export function packageModules(scripts: Iterable<string>, { isPackage, meant }: Packages): Set<string> {
  const found = new Set<string>();
  for (const script of scripts)
    for (const [, specifier = ""] of script.matchAll(SPECIFIER)) found.add(meant(specifier));
  return new Set([...found].filter((specifier) => isModule(specifier) && isPackage(packageNameOf(specifier))));
}

const isModule = (specifier: string): boolean =>
  !/^[./]|[?:]/.test(specifier) && !NO_SCRIPT.test(specifier) && !NODE_MODULE.test(specifier);

/**
 * Marks a script's imports of these modules as external for esbuild.
 * @param meant the specifier that an alias leads to, else the same
 * @param format the statement of the script's format; null where nothing does, or where it does not count
 */
export function setApart(
  script: string,
  modules: ReadonlySet<string>,
  meant: (specifier: string) => string,
  format: StatedFormat = null,
): string {
  return script.replace(SPECIFIER, (statement: string, specifier: string) => {
    if (!modules.has(meant(specifier))) return statement;
    const isByFormat = format === "module" || (format === "commonjs" && /^import\s*\(/.test(statement));
    const key = (isByFormat ? BY_FORMAT : "") + meant(specifier);
    return statement.slice(0, -specifier.length - 1) + APART + key + statement.slice(-1);
  });
}

/** Parses a bundled script's imports of its external modules, by specifier and by the way of the import. */
export function usesIn(code: string, specifiers: ReadonlySet<string>, uses: Map<string, PackageUse>): void {
  for (const { specifier, statement, isDynamic } of importsOf(code)) {
    if (!specifiers.has(readImport(specifier).specifier)) continue;
    const use = uses.get(specifier) ?? { names: new Set<string>(), namespace: false };
    uses.set(specifier, use);
    const clause = isDynamic ? null : clauseOf(statement);
    if (isDynamic || clause?.namespace !== null) use.namespace = true;
    for (const { name } of clause?.names ?? []) use.names.add(name);
  }
}

/** Returns a script whose package imports point to the separately built modules. */
export function withAddresses(code: string, addresses: ReadonlyMap<string, string>): string {
  let written = "";
  let done = 0;
  for (const { specifier, statement, isDynamic, start, end } of importsOf(code)) {
    const address = addresses.get(specifier);
    if (address === undefined) continue;
    written += code.slice(done, start) + (isDynamic ? dynamicImport(address) : staticImport(statement, address));
    done = end;
  }
  // Restores a string of the app that only looks like an import.
  return (written + code.slice(done)).replaceAll(APART + BY_FORMAT, "").replaceAll(APART, "");
}

const dynamicImport = (address: string): string =>
  `import(${JSON.stringify(address)}).then((module) => module.${NAMESPACE})`;

function staticImport(statement: string, address: string): string {
  const { names, namespace } = clauseOf(statement);
  const all = namespace === null ? names : [...names, { name: NAMESPACE, local: namespace }];
  const from = JSON.stringify(address);
  if (all.length === 0) return `import ${from}`;
  const keyword = statement.startsWith("export") ? "export" : "import";
  return `${keyword} { ${all.map(({ name, local }) => (name === local ? name : `${name} as ${local}`)).join(", ")} } from ${from}`;
}

type Clause = { names: { name: string; local: string }[]; namespace: string | null };

/** Reads `import a, { b as c } from "x"` and the like, as esbuild writes them. */
function clauseOf(statement: string): Clause {
  const clause = /^(?:import|export)\s*([\s\S]*?)\s*(?:from\s*)?["'][^"']*["']/.exec(statement)?.[1] ?? "";
  const namespace = /\*\s*as\s+([\w$]+)/.exec(clause)?.[1] ?? null;
  const braces = /\{([\s\S]*)\}/.exec(clause)?.[1] ?? "";
  const listed = braces.split(",").flatMap((part) => {
    const [, name, local] = /^\s*("[^"]*"|[\w$]+)(?:\s+as\s+("[^"]*"|[\w$]+))?\s*$/.exec(part) ?? [];
    return name === undefined ? [] : [{ name, local: local ?? name }];
  });
  const first = /^([\w$]+)\s*(?:,|$)/.exec(clause)?.[1];
  return { names: first === undefined ? listed : [{ name: "default", local: first }, ...listed], namespace };
}

type Import = { specifier: string; statement: string; isDynamic: boolean; start: number; end: number };

function importsOf(code: string): Import[] {
  const [imports] = parse(code);
  return imports.flatMap(({ type, specifier, importStart: start, importEnd: end }) =>
    typeof specifier === "string" && specifier.startsWith(APART)
      ? [
          {
            specifier: specifier.slice(APART.length),
            statement: code.slice(start, end),
            isDynamic: type === "dynamic",
            start,
            end,
          },
        ]
      : [],
  );
}
