import type { PluginOutput } from "../tools/vite-plugins.ts";
import type { Alias, ViteSettings } from "../vite/index.ts";
import { normalize } from "./paths.ts";
import type { Precompiled } from "./precompilation.ts";
import { readText, type SourceFiles } from "./source-files.ts";

/** A project's files with the output of its plugins, and the names by which modules import modules that plugins made. */
export type AppliedOutput = {
  files: SourceFiles;
  aliases: Alias[];
  /** Files that are no modules by themselves, as modules. */
  modules: Map<string, Precompiled>;
  /** The HTML of pages, by path. */
  pages: Map<string, string>;
};

/** The project's folder in the isolate of its plugins. */
export const PREFIX = "/project/";
/** Where imports name modules. */
export const SPECIFIER = /(\b(?:from|import)\s*\(?\s*(?:\/\*(?:[^*]|\*(?!\/)){0,200}\*\/\s*){0,4})(["'])([^"'\n]+)\2/g;
const FOLDER = "__plugins";

/** Splits a specifier before its query. */
export const splitQuery = (specifier: string): [string, string?] => {
  const cut = specifier.indexOf("?");
  return cut < 0 ? [specifier] : [specifier.slice(0, cut), specifier.slice(cut)];
};

/** Puts the plugins' output into a project's files: changed ones, modules that they made, assets. */
export function appliedOutput(
  files: SourceFiles,
  output: PluginOutput,
  vite: Pick<ViteSettings, "publicDir">,
): AppliedOutput {
  const changed = new Map<string, string>(output.changed.map(({ path, code }) => [path, code]));
  for (const { path, source } of output.emitted)
    changed.set(normalize(`${vite.publicDir ?? "public"}/${path}`), source);
  const modules = new Map<string, Precompiled>();
  const addresses = new Map<string, string>();
  for (const [index, { id, code }] of output.made.entries()) {
    if (isFile(id, files)) {
      modules.set(id.slice(PREFIX.length), {
        contents: withSpecifiers(code, inProject),
        loader: "jsx",
        diagnostics: [],
      });
      continue;
    }
    const path = `${FOLDER}/${index}.${languageOf(id)}`;
    addresses.set(id, `/${path}`);
    changed.set(path, code);
  }
  const { aliases, relative } = namesOf(output.resolutions, addresses);
  for (const [path, renamed] of relative) {
    const code = changed.get(path) ?? readText(files, path);
    if (code !== null)
      changed.set(
        path,
        withSpecifiers(code, (specifier) => renamed.get(specifier) ?? null),
      );
  }
  for (const [path, code] of changed) changed.set(path, withSpecifiers(code, inProject));
  const pages = new Map(output.pages.map(({ path, html }) => [path, html]));
  return { files: new Map([...files, ...changed]), aliases, modules, pages };
}

const isFile = (id: string, files: SourceFiles): boolean => id.startsWith(PREFIX) && files.has(id.slice(PREFIX.length));

type Names = { aliases: Alias[]; relative: Map<string, Map<string, string>> };

/** The names of what plugins resolved: everywhere, and in single modules those that are relative. */
function namesOf(resolutions: PluginOutput["resolutions"], addresses: ReadonlyMap<string, string>): Names {
  const names: Names = { aliases: [], relative: new Map() };
  for (const { importer, specifier, id } of resolutions) {
    const address = addresses.get(id) ?? inProject(id) ?? id;
    if (address === specifier) continue;
    if (!/^[./]/.test(specifier)) {
      if (!names.aliases.some(({ find }) => find === specifier))
        names.aliases.push({ find: specifier, replacement: address });
      continue;
    }
    const path = addresses.get(importer)?.slice(1) ?? importer.slice(PREFIX.length);
    names.relative.set(path, (names.relative.get(path) ?? new Map<string, string>()).set(specifier, address));
  }
  return names;
}

/** A path of the isolate is one from the root of the app. */
const inProject = (specifier: string): string | null =>
  specifier.startsWith(PREFIX) ? `/${specifier.slice(PREFIX.length)}` : null;

function withSpecifiers(code: string, rename: (specifier: string) => string | null): string {
  return code.replace(SPECIFIER, (whole, before: string, quote: string, specifier: string) => {
    const name = rename(specifier);
    return name === null ? whole : `${before}${quote}${name}${quote}`;
  });
}

/** The language of a module that plugins made, by its id; JavaScript where the id names none. */
function languageOf(id: string): string {
  const [bare] = splitQuery(id);
  return /\.(css|scss|sass|less|json|tsx?|jsx|vue|svelte)$/.exec(bare)?.[1] ?? "js";
}
