import { legacy, exports as packageExports, imports as packageImports } from "resolve.exports";
import { normalize, type PackageFiles, type Side } from "../project/resolve-import.ts";
import { foldersFrom } from "./plan-packages.ts";

type Manifest = {
  name: string;
  exports?: unknown;
  imports?: unknown;
  browser?: unknown;
  module?: string;
  main?: string;
};

const EXTENSIONS = ["", ".js", ".mjs", ".cjs", ".json", "/index.js", "/index.mjs", "/index.cjs"];

/** Packages in their places: reads their files, and finds what a bare import means as a bundler would. */
export class InstalledPackages implements PackageFiles {
  readonly #files: Map<string, Map<string, Uint8Array>>;
  readonly #manifests = new Map<string, Manifest | null>();

  /** @param files a package's files by the folder it is in, such as `node_modules/react` */
  constructor(files: Map<string, Map<string, Uint8Array>>) {
    this.#files = files;
  }

  read(path: string): Uint8Array | null {
    const cut = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\/(.+)$/.exec(path);
    return this.#files.get(cut?.[1] ?? "")?.get(cut?.[2] ?? "") ?? null;
  }

  /** Every path below `node_modules/`. */
  *paths(): Iterable<string> {
    for (const [folder, files] of this.#files) for (const path of files.keys()) yield `${folder}/${path}`;
  }

  resolve(specifier: string, importer: string, side: Side, required: boolean): string | null {
    const parent = importer.includes("/") ? importer.slice(0, importer.lastIndexOf("/")) : "";
    if (specifier.startsWith("#")) return this.#resolveInner(specifier, parent, side, required);
    const [, name, rest] = /^((?:@[^/]+\/)?[^/]+)(\/.*)?$/.exec(specifier) ?? [];
    if (name === undefined) return null;
    for (const folder of foldersFrom(parent, name)) {
      const manifest = this.#manifest(folder);
      if (manifest !== null) return this.#entry(folder, manifest, `.${rest ?? ""}`, side, required);
    }
    return null;
  }

  #entry(folder: string, manifest: Manifest, subpath: string, side: Side, required: boolean): string | null {
    if (manifest.exports !== undefined) {
      const targets = attempt(() => packageExports(manifest, subpath, options(side, required))) ?? [];
      return targets.map((target) => normalize(`${folder}/${target}`)).find((path) => this.read(path) !== null) ?? null;
    }
    const main = subpath === "." ? mainOf(manifest, side) : subpath;
    const base = normalize(`${folder}/${main}`);
    return EXTENSIONS.map((extension) => base + extension).find((path) => this.read(path) !== null) ?? null;
  }

  /** `#name` is resolved by the manifest of the package that imports it. */
  #resolveInner(specifier: string, parent: string, side: Side, required: boolean): string | null {
    const folder = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)/.exec(parent)?.[1];
    const manifest = folder === undefined ? null : this.#manifest(folder);
    if (folder === undefined || manifest === null) return null;
    const target = attempt(() => packageImports(manifest, specifier, options(side, required)))?.[0];
    if (target === undefined) return null;
    if (target.startsWith(".")) return normalize(`${folder}/${target}`);
    return this.resolve(target, `${folder}/package.json`, side, required);
  }

  #manifest(folder: string): Manifest | null {
    const known = this.#manifests.get(folder);
    if (known !== undefined) return known;
    const content = this.read(`${folder}/package.json`);
    const manifest = content === null ? null : (JSON.parse(new TextDecoder().decode(content)) as Manifest);
    this.#manifests.set(folder, manifest);
    return manifest;
  }
}

/** What a project without dependencies has. */
export const noPackages = new InstalledPackages(new Map());

/** Conditions by side; `unsafe` keeps the library from adding its own, among them `node`. */
function options(side: Side, required: boolean) {
  const form = required ? "require" : "import";
  const runtime = side === "client" ? ["browser"] : ["workerd", "worker", "edge-light", "browser"];
  return { unsafe: true, conditions: [...runtime, "development", "module", form, "default"] };
}

function mainOf(manifest: Manifest, side: Side): string {
  const fields = side === "client" ? ["browser", "module", "main"] : ["module", "main"];
  const found = legacy(manifest, { fields, browser: false });
  return typeof found === "string" ? found : "index";
}

/** resolve.exports throws where a package does not export a path: for a resolver that is simply "not found". */
function attempt<T>(resolve: () => T): T | undefined {
  try {
    return resolve();
  } catch (failure) {
    if (failure instanceof Error && /Missing|No known conditions/.test(failure.message)) return undefined;
    throw failure;
  }
}
