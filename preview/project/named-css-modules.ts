import type { Diagnostic } from "../../worker/contract/preview-rpc.ts";
import { ContentCache, contentKey } from "../tools/content-cache.ts";
import {
  type CssModulesInput,
  cssModulesKey,
  type NamedSheets,
  nameCssModules,
  type SheetHost,
} from "../tools/css-modules.ts";
import { ToolFailure } from "../tools/tool-runner.ts";
import { warningAt } from "../vite/evaluate-config.ts";
import { CSS_MODULE } from "./css-module-values.ts";
import { importedPackages, outsideModules, textsOf } from "./imported-packages.ts";
import { own, type Precompilation } from "./precompilation.ts";
import type { ProjectSettings } from "./project-settings.ts";
import type { StyleCompiler } from "./style-compiler.ts";
import { atProject, fromProject, type StyleCompiling } from "./style-sheets.ts";

/** What scripts get of a CSS module: its exports, and the sheets that it composes, which come before its own. Paths are the project's. */
export type NamedModule = { tokens: Record<string, string>; imports: string[] };

/** CSS modules that vite.config names, by path, and the sheets to write. */
export type NamedModules = {
  modules: Map<string, NamedModule>;
  sheets: Map<string, string>;
  diagnostics: Diagnostic[];
};

const MAX_CACHED_BYTES = 4 * 2 ** 20;
const outputs = new ContentCache<NamedSheets>(MAX_CACHED_BYTES);

type Naming = {
  compiling: StyleCompiling & { production: boolean };
  settings: ProjectSettings;
  compiled: Precompilation;
  styles: StyleCompiler["files"];
  /** Returns a file's CSS after its compilers, or null. */
  textOf: (path: string) => string | null;
};

/**
 * Names the classes of CSS modules as `css.modules` of vite.config says; none without such settings. Where they cannot be applied,
 * the build's own names stay, with a warning.
 */
export async function namedCssModules(naming: Naming): Promise<NamedModules> {
  const { compiling, settings, compiled } = naming;
  const nothing: NamedModules = { modules: new Map(), sheets: new Map(), diagnostics: [] };
  const { path: configPath, cssModules } = settings.vite;
  if (configPath === null || cssModules.naming === undefined) return nothing;
  const input = inputOf(naming, configPath, cssModules.naming === "code");
  if (input.sheets.length === 0) return nothing;
  try {
    const { sheets, composed } = await outputOf(input, naming);
    const apart = new Map(composed.map(({ path, css }) => [fromProject(path), css]));
    const made: NamedModules = {
      ...nothing,
      sheets: new Map([...apart].map(([path, css]) => [composedPath(path), css])),
    };
    for (const { path: absolute, css, tokens, imports, diagnostics } of sheets) {
      const path = fromProject(absolute);
      const before = imports.map(fromProject).map((one) => (apart.has(one) ? composedPath(one) : one));
      made.modules.set(path, { tokens, imports: before });
      made.sheets.set(path, css);
      const found = compiled.modules.get(path)?.diagnostics ?? [];
      compiled.modules.set(path, { contents: css, loader: "css", diagnostics: [...found, ...own(diagnostics)] });
    }
    return made;
  } catch (failure) {
    if (!(failure instanceof ToolFailure)) throw failure;
    const message = `The class names set by css.modules in ${configPath} were ignored: ${failure.message}`;
    return { ...nothing, diagnostics: [warningAt(compiling.files, configPath, "modules", message)] };
  }
}

/** Where a sheet is that a module composes and that is no module itself: pages may also load it as it is written. */
const composedPath = (path: string): string => `${path}.composed.css`;

function inputOf({ compiling, compiled, textOf }: Naming, configPath: string, isCode: boolean): CssModulesInput {
  const { files, versionOf, production } = compiling;
  const texts = textsOf(files);
  const outside = isCode ? outsideModules(compiling, configPath) : new Map<string, string>();
  const paths = [...new Set([...files.keys(), ...compiled.beside.keys()])].filter((path) => CSS_MODULE.test(path));
  const sheets = paths.flatMap((path) => {
    const css = compiled.modules.get(path)?.contents ?? compiled.beside.get(path) ?? textOf(path);
    const id = atProject(compiled.blockIds.get(path) ?? path);
    return css === null ? [] : [{ path: atProject(path), id, css }];
  });
  const packages = isCode ? importedPackages({ texts, outside }, configPath, versionOf) : {};
  return { sheets, texts, outside, configPath, packages, production };
}

/** Runs the configuration with the packages that it imports, or without them where they cannot be bundled. */
async function outputOf(input: CssModulesInput, naming: Naming): Promise<NamedSheets> {
  const { files, runner } = naming.compiling;
  const key = await contentKey([cssModulesKey(input), [...files].filter(([path]) => /\.(css|scss|less)$/.test(path))]);
  const cached = outputs.get(key);
  if (cached !== undefined) return cached;
  const host = hostOf(input, naming);
  const output = await nameCssModules(runner, input, host).catch((failure: unknown) => {
    const isUnprepared = failure instanceof ToolFailure && failure.message.includes("cannot be prepared");
    if (!isUnprepared || Object.keys(input.packages).length === 0) throw failure;
    return nameCssModules(runner, { ...input, packages: {} }, host);
  });
  outputs.set(key, output, 2 * JSON.stringify(output).length);
  return output;
}

function hostOf({ sheets }: CssModulesInput, { styles, textOf }: Naming): SheetHost {
  const modules = new Map(sheets.map(({ path, css }) => [path, css]));
  const read = async (path: string): Promise<string | null> =>
    modules.get(path) ?? textOf(fromProject(path)) ?? (await styles.readFile(path));
  return {
    find: async (specifier, importer) => {
      const folder = importer.slice(0, importer.lastIndexOf("/") + 1);
      const beside = new URL(specifier, `file://${folder}`).pathname;
      // As in Vite, a name without a dot is first a file beside the module, and then a package or an alias.
      for (const path of [beside, await styles.resolve(specifier, importer)]) {
        const css = path === null ? null : await read(path);
        if (path !== null && css !== null) return { path, css };
      }
      return null;
    },
  };
}
