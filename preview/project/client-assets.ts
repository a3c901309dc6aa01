import type { Metafile } from "esbuild-wasm";
import type { Built } from "../engine/esbuild.ts";
import type { MountedProject } from "../engine/mounted-project.ts";
import { SCOPE_LINE } from "../gateway/hot/page-part.ts";
import { type Asset, toAsset } from "./assets.ts";
import { besidePackages, type ScriptBundler } from "./beside-packages.ts";
import type { DependencyBundle } from "./dependency-bundle.ts";
import { APART, withAddresses } from "./package-imports.ts";

/**
 * The output of a page's module scripts: the built script, the style sheets of everything it may load, and the scripts
 * it loads first.
 */
export type BuiltEntry = { script: string; styles: string[]; preloads: string[] };

/**
 * `dependencies`: the separately built packages. `areMapsPrivate`: whether source maps are stored, but not served or
 * named in scripts. `isHot`: whether a page takes changed modules of a newer build without a reload. `bundleScript`: bundles a script that a
 * package loads by its address.
 */
type ClientOptions = {
  bundleScript: ScriptBundler;
  dependencies?: DependencyBundle | null;
  areMapsPrivate?: boolean;
  isHot?: boolean;
};

/**
 * The files of a client bundle as they are served, and how to link each entry.
 * @param base address below which they are served
 * @returns `links` by the entry's path from the bundle's working folder
 */
export async function clientAssets(
  built: Built | null,
  project: MountedProject,
  base: string,
  { bundleScript, dependencies = null, areMapsPrivate = false, isHot = false }: ClientOptions,
): Promise<{ assets: Asset[]; maps: Asset[]; links: Map<string, BuiltEntry> }> {
  if (built === null) return { assets: [], maps: [], links: new Map() };
  const { assets, scripts } = await besidePackages(built, project, base, bundleScript);
  const privateMaps: Asset[] = [];
  const maps = new Set(built.outputFiles.map(({ path }) => path).filter((path) => path.endsWith(".js.map")));
  for (const { path, contents } of built.outputFiles) {
    const name = path.slice(path.lastIndexOf("/") + 1);
    const code = scripts.get(path) ?? contents;
    if (name.endsWith(".js.map")) {
      const map = await toAsset(base + name, ownSources(new TextDecoder().decode(code), project));
      (areMapsPrivate ? privateMaps : assets).push(map);
    } else if (!name.endsWith(".css.map")) {
      // Nothing reads the map of a style sheet: a stack never names a place in one.
      const hasMap = name.endsWith(".js") && maps.has(`${path}.map`) && !areMapsPrivate;
      const isScript = hasMap || isModule(path, built, project);
      const whole = hasMap ? led(code, dependencies) : code;
      assets.push(await toAsset(base + name, joined(whole, endingOf(name, { hasMap, isHot: isHot && isScript }))));
    }
  }
  assets.push(...(dependencies?.assets ?? []));
  return { assets, maps: privateMaps, links: linksOf(built.metafile, base, dependencies) };
}

/** The lines that end a script: the one by which a page takes newer code, and the one that names its source map. */
const endingOf = (name: string, { hasMap, isHot }: { hasMap: boolean; isHot: boolean }): Uint8Array =>
  new TextEncoder().encode((isHot ? SCOPE_LINE : "") + (hasMap ? `//# sourceMappingURL=${name}.map\n` : ""));

/** Whether an output is a bundled module, and no file that it names. */
function isModule(path: string, { metafile }: Built, project: MountedProject): boolean {
  const { entryPoint, exports = [] } = metafile.outputs[path.slice(project.files.root.length + 1)] ?? {};
  return path.endsWith(".js") && (entryPoint !== undefined || exports.length > 0);
}

function linksOf({ outputs }: Metafile, base: string, apart: DependencyBundle | null): Map<string, BuiltEntry> {
  const links = new Map<string, BuiltEntry>();
  for (const [output, { entryPoint }] of Object.entries(outputs)) {
    if (entryPoint === undefined || !output.endsWith(".js")) continue;
    const { statics, all } = reachedFrom(output, outputs);
    const styles = all.flatMap((path) => outputs[path]?.cssBundle ?? []).map((path) => address(path, base));
    const external = (paths: string[]) =>
      paths.flatMap((path) =>
        (outputs[path]?.imports ?? []).filter((one) => one.external).map((one) => one.path.replace(APART, "")),
      );
    const stylesApart = external(all).flatMap((specifier) => apart?.styles.get(specifier) ?? []);
    const scriptsApart = external([output, ...statics]).flatMap((specifier) => apart?.scripts.get(specifier) ?? []);
    links.set(entryPoint, {
      script: address(output, base),
      styles: [...new Set([...stylesApart, ...styles])],
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

/** Rewrites a source map's sources to paths from the project's root. */
export function ownSources(json: string, { projectFolder }: MountedProject): string {
  if (json === "") return json;
  const map = JSON.parse(json) as { sources: string[] };
  const named = (source: string) => {
    const path = source.replace(/^(\.\.\/)+/, "");
    return path.startsWith(projectFolder) ? path.slice(projectFolder.length) : path;
  };
  return JSON.stringify({ ...map, sources: map.sources.map(named) });
}

/** Returns a script whose package imports point to the separately built modules. */
function led(contents: Uint8Array, dependencies: DependencyBundle | null): Uint8Array {
  if (dependencies === null) return contents;
  const code = new TextDecoder().decode(contents);
  return new TextEncoder().encode(withAddresses(code, dependencies.addresses));
}

const address = (output: string, base: string): string => base + output.slice(output.lastIndexOf("/") + 1);

function joined(one: Uint8Array, other: Uint8Array): Uint8Array {
  const whole = new Uint8Array(one.length + other.length);
  whole.set(one);
  whole.set(other, one.length);
  return whole;
}
