import { legacy } from "resolve.exports";
import { normalize } from "../project/paths.ts";
import { foldersFrom } from "./package-folders.ts";
import { packageTargets } from "./package-targets.ts";

type Manifest = {
  name: string;
  exports?: unknown;
  imports?: unknown;
  browser?: unknown;
  module?: string;
  main?: string;
  style?: unknown;
  types?: unknown;
  typings?: unknown;
};

/** Where an import occurs: in an `import`, in a `require`, or in a style sheet. */
type ImportForm = "import" | "require" | "style";
type Side = "client" | "server";

const EXTENSIONS = ["", ".js", ".mjs", ".cjs", ".json", "/index.js", "/index.mjs", "/index.cjs"];
const STYLE_EXTENSIONS = ["", ".css", "/index.css"];

/** Installed packages: reads their files, and resolves bare imports as a bundler would. */
export class InstalledPackages {
  readonly #files: Map<string, Map<string, Uint8Array>>;
  readonly #manifests = new Map<string, Manifest | null>();

  /** @param files a package's files by its folder, such as `node_modules/react` */
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

  resolve(specifier: string, importer: string, side: Side, form: ImportForm): string | null {
    const parent = importer.includes("/") ? importer.slice(0, importer.lastIndexOf("/")) : "";
    if (specifier.startsWith("#")) return this.#resolveInner(specifier, parent, side, form);
    const [, name, rest] = /^((?:@[^/]+\/)?[^/]+)(\/.*)?$/.exec(specifier) ?? [];
    if (name === undefined) return null;
    for (const folder of foldersFrom(parent, name)) {
      const manifest = this.#manifest(folder);
      if (manifest === null) continue;
      const subpath = `.${rest ?? ""}`;
      const found = this.#entry(folder, manifest, subpath, side, form);
      // A script may import a package that contains only styles.
      return found ?? (form === "style" ? null : this.#entry(folder, manifest, subpath, side, "style"));
    }
    return null;
  }

  /** Resolves a package's type declarations, or the module beside them; null when the package has none. */
  resolveTypes(specifier: string, importer: string): string | null {
    const parent = importer.slice(0, Math.max(0, importer.lastIndexOf("/")));
    const [, name, rest] = /^((?:@[^/]+\/)?[^/]+)(\/.*)?$/.exec(specifier) ?? [];
    const folder = foldersFrom(parent, name ?? "").find((one) => this.#manifest(one) !== null);
    const manifest = folder === undefined ? null : this.#manifest(folder);
    if (folder === undefined || manifest === null) return null;
    const exported = packageTargets(manifest.exports, `.${rest ?? ""}`, ["types", "import", "default"])[0];
    if (exported !== undefined) return normalize(`${folder}/${exported}`);
    const named = [manifest.types, manifest.typings].find((one) => typeof one === "string");
    return normalize(`${folder}/${rest ?? (typeof named === "string" ? named : "index.d.ts")}`);
  }

  #entry(folder: string, manifest: Manifest, subpath: string, side: Side, form: ImportForm): string | null {
    if (manifest.exports !== undefined && manifest.exports !== null) {
      const targets = packageTargets(manifest.exports, subpath, conditions(side, form));
      const sheets = form === "style" ? packageTargets(manifest.exports, subpath, ["style"]) : [];
      const paths = [...sheets, ...targets].map((target) => normalize(`${folder}/${target}`));
      const found = paths.find((path) => this.read(path) !== null);
      // A style sheet may refer to a file outside `exports`, since no code of it is executed.
      if (found !== undefined || form !== "style" || subpath === ".") return found ?? null;
    }
    const base = normalize(`${folder}/${subpath === "." ? mainOf(manifest, side, form) : subpath}`);
    const extensions = form === "style" ? STYLE_EXTENSIONS : EXTENSIONS;
    const file = extensions.map((extension) => base + extension).find((path) => this.read(path) !== null);
    if (file !== undefined || subpath === ".") return file ?? null;
    // A folder with a manifest of its own, which names its module.
    const inner = this.#manifest(base);
    return inner === null ? null : this.#entry(base, { ...inner, exports: undefined }, ".", side, form);
  }

  /** Resolves `#name` by the manifest of the importing package. */
  #resolveInner(specifier: string, parent: string, side: Side, form: ImportForm): string | null {
    const folder = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)/.exec(parent)?.[1];
    const manifest = folder === undefined ? null : this.#manifest(folder);
    if (folder === undefined || manifest === null) return null;
    const target = packageTargets(manifest.imports, specifier, conditions(side, form))[0];
    if (target === undefined) return null;
    if (target.startsWith(".")) return normalize(`${folder}/${target}`);
    return this.resolve(target, `${folder}/package.json`, side, form);
  }

  #manifest(folder: string): Manifest | null {
    const known = this.#manifests.get(folder);
    if (known !== undefined) return known;
    const content = this.read(`${folder}/package.json`);
    const manifest = content === null ? null : parseManifest(new TextDecoder().decode(content));
    this.#manifests.set(folder, manifest);
    return manifest;
  }
}

/** The packages of a project without dependencies. */
export const noPackages = new InstalledPackages(new Map());

/** Conditions by side: those of bundlers and of Workers, not `node`. */
function conditions(side: Side, form: ImportForm) {
  const runtime = side === "client" ? ["browser"] : ["workerd", "worker", "edge-light", "browser"];
  // As in Vite, a style sheet is imported, so that a package may name it by that condition alone.
  const forms = form === "style" ? ["style", "import"] : [form];
  return [...runtime, "development", "module", ...forms, "default"];
}

function mainOf(manifest: Manifest, side: Side, form: ImportForm): string {
  if (form === "style") return typeof manifest.style === "string" ? manifest.style : styleMainOf(manifest);
  const fields = side === "client" ? ["browser", "module", "main"] : ["module", "main"];
  const found = legacy(manifest, { fields, browser: false });
  return typeof found === "string" ? found : "index";
}

function styleMainOf({ main }: Manifest): string {
  return typeof main === "string" && main.endsWith(".css") ? main : "index";
}

/** An invalid manifest counts as missing: packages contain broken ones among their test files. */
function parseManifest(json: string): Manifest | null {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "object" && value !== null ? (value as Manifest) : null;
  } catch (failure) {
    if (failure instanceof SyntaxError) return null;
    throw failure;
  }
}
