import type { Metafile } from "esbuild-wasm";
import type { Built } from "../engine/esbuild.ts";
import type { MountedProject } from "../engine/mounted-project.ts";
import { LOAD, LOAD_LINE, SCOPE_LINE } from "../gateway/hot/page-part.ts";
import { type Asset, toAsset } from "./assets.ts";
import { besidePackages, type ScriptBundler } from "./beside-packages.ts";
import type { DependencyBundle } from "./dependency-bundle.ts";
import { type EntryStyles, entryStyles, packagesFirst } from "./entry-styles.ts";
import { withLateStyles } from "./late-loading.ts";
import type { SheetBundler } from "./late-sheets.ts";
import { type Minifying, minifyScripts } from "./minify-scripts.ts";
import { APART, withAddresses } from "./package-imports.ts";

/**
 * The output of a page's module scripts: the built script, the scripts and style sheets that it loads first, and the style sheets of
 * scripts that it imports later. Where these are not divided, `styles` has all.
 */
export type BuiltEntry = { script: string; preloads: string[] } & EntryStyles;

/**
 * `dependencies`: the separately built packages. `areMapsPrivate`: whether source maps are stored, but not served or
 * named in scripts. `hot`: whether a page takes changed modules of a newer build without a reload, from scripts of the app or
 * of its packages. `bundleScript`: bundles a script that a package loads by its address. `pages`: the paths of the pages' entries in the
 * metafile, whose style sheets are divided into those of a page's first code and of later code, and the bundler for that. `minifying`: how
 * files are minified that the bundler has left as they are.
 */
type ClientOptions = {
  bundleScript: ScriptBundler;
  dependencies?: DependencyBundle | null;
  areMapsPrivate?: boolean;
  hot?: "app" | "packages" | null;
  pages?: { entries: string[]; bundle: SheetBundler } | null;
  minifying?: Minifying | null;
};

/**
 * The files of a client bundle as they are served, and how to link each entry. It takes them out of the bundle.
 * @param base address below which they are served
 * @returns `links` by the entry's path from the bundle's working folder
 */
export async function clientAssets(
  built: Built | null,
  project: MountedProject,
  base: string,
  {
    bundleScript,
    dependencies = null,
    areMapsPrivate = false,
    hot = null,
    pages = null,
    minifying = null,
  }: ClientOptions,
): Promise<{ assets: Asset[]; maps: Asset[]; links: Map<string, BuiltEntry> }> {
  if (built === null) return { assets: [], maps: [], links: new Map() };
  const divided = pages && (await entryStyles(built, { project, base, dependencies, ...pages }));
  // Style sheets are divided by the sizes that their parts have in the bundle.
  if (minifying !== null) await minifyScripts(built, minifying);
  const lateScripts = [...(divided?.values() ?? [])].flatMap(({ late }) => late.flatMap((one) => one.scripts));
  const { assets, scripts } = await besidePackages(built, project, base, bundleScript);
  const privateMaps: Asset[] = [];
  const maps = new Set(built.outputFiles.map(({ path }) => path).filter((path) => path.endsWith(".js.map")));
  const servedCode = (path: string, code: Uint8Array): Uint8Array => {
    // Nothing reads the map of a style sheet: a stack never names a place in one.
    const hasMap = path.endsWith(".js") && maps.has(`${path}.map`) && !areMapsPrivate;
    const linked = hasMap ? led(code, dependencies) : code;
    const isHot = hot !== null && (hasMap || isModule(path, built, project));
    const whole = isHot ? withHotParts(linked, hot, base) : withLateStyles(linked, path, lateScripts);
    return hasMap ? joined(whole, `//# sourceMappingURL=${nameOf(path)}.map\n`) : whole;
  };
  // Each is let go of once its asset is made: large apps would not fit into memory twice.
  for (let file = built.outputFiles.shift(); file !== undefined; file = built.outputFiles.shift()) {
    const { path, contents } = file;
    const name = nameOf(path);
    const code = scripts.get(path) ?? contents;
    scripts.delete(path);
    if (name.endsWith(".js.map")) {
      const map = await toAsset(base + name, ownSources(new TextDecoder().decode(code), project));
      (areMapsPrivate ? privateMaps : assets).push(map);
    } else if (!name.endsWith(".css.map")) {
      assets.push(await toAsset(base + name, servedCode(path, code)));
    }
  }
  assets.push(...(dependencies?.assets ?? []));
  return { assets, maps: privateMaps, links: linksOf(built.metafile, { base, apart: dependencies, divided }) };
}

/** Whether an output is a bundled module, and no file that it names. */
function isModule(path: string, { metafile }: Built, project: MountedProject): boolean {
  const { entryPoint, exports = [] } = metafile.outputs[path.slice(project.files.root.length + 1)] ?? {};
  return path.endsWith(".js") && (entryPoint !== undefined || exports.length > 0);
}

type Linking = { base: string; apart: DependencyBundle | null; divided: Map<string, EntryStyles> | null };

function linksOf({ outputs }: Metafile, { base, apart, divided }: Linking): Map<string, BuiltEntry> {
  const links = new Map<string, BuiltEntry>();
  for (const [output, { entryPoint }] of Object.entries(outputs)) {
    if (entryPoint === undefined || !output.endsWith(".js")) continue;
    const { statics, all } = reachedFrom(output, outputs);
    const styles = [...all]
      .sort(packagesFirst)
      .flatMap((path) => outputs[path]?.cssBundle ?? [])
      .map((path) => address(path, base));
    const external = (paths: string[]) =>
      paths.flatMap((path) =>
        (outputs[path]?.imports ?? []).filter((one) => one.external).map((one) => one.path.replace(APART, "")),
      );
    const stylesApart = external(all).flatMap((specifier) => apart?.styles.get(specifier) ?? []);
    const scriptsApart = external([output, ...statics]).flatMap((specifier) => apart?.scripts.get(specifier) ?? []);
    links.set(entryPoint, {
      script: address(output, base),
      ...(divided?.get(entryPoint) ?? { styles: [...new Set([...stylesApart, ...styles])], late: [] }),
      preloads: [...new Set([...statics.map((path) => address(path, base)), ...scriptsApart])],
    });
  }
  return links;
}

/**
 * Returns the scripts that an output loads, first statically, then with dynamic imports; the second list begins with
 * the output itself.
 */
function reachedFrom(output: string, outputs: Metafile["outputs"]): { statics: string[]; all: string[] } {
  const statics = new Set<string>();
  const all = new Set<string>([output]);
  for (const path of all) {
    for (const { path: imported, kind, external } of outputs[path]?.imports ?? []) {
      if (external || outputs[imported] === undefined || !imported.endsWith(".js")) continue;
      if (kind === "import-statement" && (path === output || statics.has(path))) statics.add(imported);
      all.add(imported);
    }
  }
  return { statics: [...statics], all: [...all] };
}

/** Rewrites a source map's sources to paths in the project, in which the app may be a folder. */
export function ownSources(json: string, { files, repository }: MountedProject): string {
  if (json === "") return json;
  const folder = `${repository.slice(files.root.length + 1)}/`;
  const map = JSON.parse(json) as { sources: string[] };
  const named = (source: string) => {
    const path = source.replace(/^(\.\.\/)+/, "");
    return path.startsWith(folder) ? path.slice(folder.length) : path;
  };
  return JSON.stringify({ ...map, sources: map.sources.map(named) });
}

/** Returns a script whose package imports point to the separately built modules. */
function led(contents: Uint8Array, dependencies: DependencyBundle | null): Uint8Array {
  if (dependencies === null) return contents;
  const code = new TextDecoder().decode(contents);
  return new TextEncoder().encode(withAddresses(code, dependencies.addresses));
}

/**
 * Returns a script with the line by which a page takes newer code. A script of the app imports later scripts of its build by a function
 * that may take those of a newer one.
 */
function withHotParts(contents: Uint8Array, hot: "app" | "packages", base: string): Uint8Array {
  if (hot === "packages") return joined(contents, SCOPE_LINE);
  const code = new TextDecoder().decode(contents);
  const loading = code.replaceAll(`import("${base}`, () => `${LOAD}("${base}`);
  if (loading === code) return joined(contents, SCOPE_LINE);
  return joined(new TextEncoder().encode(loading), LOAD_LINE + SCOPE_LINE);
}

const address = (output: string, base: string): string => base + nameOf(output);
const nameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

function joined(contents: Uint8Array, ending: string): Uint8Array {
  const bytes = new TextEncoder().encode(ending);
  const whole = new Uint8Array(contents.length + bytes.length);
  whole.set(contents);
  whole.set(bytes, contents.length);
  return whole;
}
