import type { Plugin } from "esbuild-wasm";
import { STYLE_KINDS } from "../engine/import-kinds.ts";
import type { MountedProject } from "../engine/mounted-project.ts";
import type { LocalsConvention } from "../vite/index.ts";
import { CSS_MODULE } from "./css-module-values.ts";
import type { NamedModule } from "./named-css-modules.ts";
import type { Precompiled } from "./precompilation.ts";

const NAMESPACE = "css-module-names";
const RESOLVING = { resolving: NAMESPACE };
const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;

type Naming = {
  convention: LocalsConvention | undefined;
  project: MountedProject;
  compiled: ReadonlyMap<string, Precompiled>;
  values: ReadonlyMap<string, { values: ReadonlyMap<string, string> }>;
  /** Modules whose classes vite.config names itself. */
  named: ReadonlyMap<string, NamedModule>;
};

/**
 * Returns a plugin that exports CSS module classes under the names of `css.modules.localsConvention`, the modules'
 * values (css-module-values.ts), and the names that vite.config gives (named-css-modules.ts); none without any of them.
 */
export function cssModuleNames({ convention, project, compiled, values, named }: Naming): Plugin[] {
  if (convention === undefined && values.size === 0 && named.size === 0) return [];
  const inProject = (path: string): string => path.slice(project.at("").length);
  const valuesOf = (path: string) => values.get(inProject(path))?.values ?? new Map<string, string>();
  const setup: Plugin["setup"] = (build) => {
    build.onResolve({ filter: CSS_MODULE }, async ({ path, kind, importer, namespace, resolveDir, pluginData }) => {
      const isOurs = pluginData === RESOLVING || namespace === NAMESPACE;
      if (isOurs || kind === "entry-point" || STYLE_KINDS.includes(kind)) return undefined;
      const found = await build.resolve(path, { kind, importer, resolveDir, pluginData: RESOLVING });
      const isNamed = convention !== undefined || valuesOf(found.path).size > 0 || named.has(inProject(found.path));
      return found.errors.length > 0 || !isNamed ? found : { path: found.path, namespace: NAMESPACE };
    });
    build.onLoad({ filter: /.*/, namespace: NAMESPACE }, async ({ path }) => {
      const resolveDir = path.slice(0, path.lastIndexOf("/"));
      const module = named.get(inProject(path));
      if (module !== undefined) {
        const sheets = [...module.imports.map((sheet) => project.at(sheet)), path];
        return { contents: tokensModule(sheets, module.tokens), loader: "js", resolveDir };
      }
      const css = compiled.get(inProject(path))?.contents ?? (await project.files.readText(path)) ?? "";
      return { contents: namesModule(path, namesIn(css), convention, valuesOf(path)), loader: "js", resolveDir };
    });
  };
  return [{ name: "css-module-names", setup }];
}

/** Writes the module of a sheet whose names are known: it loads the sheets in their order and exports the names. */
function tokensModule(sheets: string[], tokens: Record<string, string>): string {
  const lines = sheets.map((sheet) => `import ${JSON.stringify(sheet)};`);
  for (const [index, [name, value]] of Object.entries(tokens).entries()) {
    if (!IDENTIFIER.test(name) || name === "default") continue;
    lines.push(`const $${index} = ${JSON.stringify(value)};`, `export { $${index} as ${name} };`);
  }
  return `${lines.join("\n")}\nexport default ${JSON.stringify(tokens)};\n`;
}

/** Every possible local name in a style sheet. One that is no local name has no value in the bundler's module. */
function namesIn(css: string): Set<string> {
  const bare = css.replace(/\/\*[\s\S]*?(\*\/|$)|"(\\.|[^"\\])*"|'(\\.|[^'\\])*'/g, " ");
  return new Set(
    [...bare.matchAll(/(?:[.#]|@(?:-\w+-)?keyframes\s+)(-?[\p{ID_Start}_][\p{ID_Continue}-]*)/gu)].map(
      ([, name = ""]) => name,
    ),
  );
}

function namesModule(
  path: string,
  names: ReadonlySet<string>,
  convention: LocalsConvention | undefined,
  values: ReadonlyMap<string, string>,
): string {
  const renamed = new Map(
    [...names].flatMap((name) => exportedAs(name, convention).map((exported) => [exported, name])),
  );
  const lines = [...renamed].flatMap(([exported, name], index) => [
    `const $${index} = names[${JSON.stringify(name)}];`,
    `if ($${index} !== undefined) all[${JSON.stringify(exported)}] = $${index};`,
    ...(IDENTIFIER.test(exported) && exported !== "default" ? [`export { $${index} as ${exported} };`] : []),
  ]);
  for (const [index, [name, value]] of [...values].entries()) {
    lines.push(`const value${index} = all[${JSON.stringify(name)}] = ${JSON.stringify(value)};`);
    if (IDENTIFIER.test(name) && name !== "default" && !renamed.has(name))
      lines.push(`export { value${index} as ${name} };`);
  }
  return `import names from ${JSON.stringify(path)};\nconst all = {};\n${lines.join("\n")}\nexport default all;\n`;
}

/** Returns a class's export names by Vite's conventions, which are those of postcss-modules. */
function exportedAs(name: string, convention: LocalsConvention | undefined): string[] {
  switch (convention) {
    case undefined:
      return [name];
    case "camelCase":
      return [name, camelCase(name)];
    case "camelCaseOnly":
      return [camelCase(name)];
    case "dashes":
      return [name, withoutDashes(name)];
    case "dashesOnly":
      return [withoutDashes(name)];
  }
}

const withoutDashes = (name: string): string => name.replace(/-+(\w)/g, (_, letter: string) => letter.toUpperCase());

/** As lodash writes words together. */
function camelCase(name: string): string {
  const words = name.match(/\p{Lu}+(?!\p{Ll})|\p{Lu}?\p{Ll}+|\d+/gu) ?? [];
  return words
    .map((word, index) =>
      index === 0 ? word.toLowerCase() : word.charAt(0).toUpperCase() + word.slice(1).toLowerCase(),
    )
    .join("");
}
