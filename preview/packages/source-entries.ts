import { readText, type SourceFiles } from "../project/source-files.ts";
import { workspaceOf } from "./workspace.ts";

/** A path in a manifest that leads into an output folder, without wildcards. */
const MADE = /"(?:\.\/)?((?:dist|build|lib|out|es|esm|cjs)\/[^"*\n]+)"/g;
const STYLE = /\.css$/;
/** Suffixes that build tools add to the name of a module's source. */
const ENDINGS = /(?:\.d)?\.(?:[mc]?[jt]s|css)$/;
const FORMATS = /[.-](?:umd|es|esm|cjs|iife|min|browser|module|global|common)$/;
const SCRIPTS = ["ts", "tsx", "mts", "js", "jsx", "mjs", "vue", "svelte"];
const SHEETS = ["css", "scss", "sass", "less"];

/**
 * Returns the files with manifests of the repository's packages that name sources in place of build output, such as
 * `dist/index.js` of tsup: an imported archive has no output, and the author's command builds the output of all
 * packages before the app.
 */
export function withSourceEntries(files: SourceFiles): SourceFiles {
  const changed = new Map<string, string>();
  for (const folder of new Set(workspaceOf(files).values())) {
    const path = `${folder}/package.json`;
    const text = readText(files, path) ?? "";
    const written = text.replace(MADE, (whole, target: string) => {
      const source = isMade(files, folder, target) ? null : sourceOf(files, folder, target);
      return source === null ? whole : `"./${source}"`;
    });
    if (written !== text) changed.set(path, written);
  }
  return changed.size === 0 ? files : new Map([...files, ...changed]);
}

/** Whether a target's folder contains anything: then the folder is the package's own, or its output exists. */
function isMade(files: SourceFiles, folder: string, target: string): boolean {
  const made = `${folder}/${target.slice(0, target.indexOf("/") + 1)}`;
  return [...files.keys()].some((path) => path.startsWith(made));
}

/**
 * Finds the source of an output module by its name. Without a source of that name, returns the package's main source.
 */
function sourceOf(files: SourceFiles, folder: string, target: string): string | null {
  const inside = target.slice(target.indexOf("/") + 1).replace(/^src\//, "");
  const name = inside.replace(ENDINGS, "").replace(FORMATS, "");
  const isSheet = STYLE.test(target);
  const names = isSheet
    ? [name, `styles/${name}`, "style", "styles", "index"]
    : [name, `${name}/index`, "index", "main"];
  const candidates = ["src/", ""].flatMap((prefix) =>
    names.flatMap((one) => (isSheet ? SHEETS : SCRIPTS).map((extension) => `${prefix}${one}.${extension}`)),
  );
  return candidates.find((path) => files.has(`${folder}/${path}`)) ?? null;
}
