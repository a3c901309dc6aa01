import { parse as parseJson } from "jsonc-parser";
import type { Mode } from "../engine/bundle.ts";
import type { MountedFiles } from "../engine/mounted-files.ts";
import { packageNameOf } from "../engine/specifiers.ts";
import { packageTargets } from "../packages/package-targets.ts";
import { normalize } from "./paths.ts";

type Manifest = {
  exports?: unknown;
  browser?: unknown;
  module?: unknown;
  main?: unknown;
  type?: unknown;
  sideEffects?: unknown;
};

const EXTENSIONS = ["", ".js", ".mjs", "/index.js", "/index.mjs"];
/** The folder of a module's package. */
const FOLDER = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/;
const STYLE = /\.(css|scss|sass|less)$/;

/**
 * Finds modules of mounted packages as a bundler for browsers does, for the ES modules that packages have now. Older ways are not
 * followed: for those it finds nothing.
 */
export class ModuleFinder {
  readonly #files: MountedFiles;
  readonly #conditions: string[];
  readonly #manifests = new Map<string, Manifest>();
  readonly #arePure = new Map<string, boolean>();

  /** @param form how modules are imported */
  constructor(files: MountedFiles, mode: Mode, form: "import" | "require" = "import") {
    this.#files = files;
    this.#conditions = ["browser", "module", mode, form, "default"];
  }

  /**
   * Resolves an import to the module's absolute path, or null.
   * @param importer absolute; "" for the working folder
   */
  async find(specifier: string, importer = ""): Promise<string | null> {
    const folder = importer.slice(0, importer.lastIndexOf("/"));
    if (specifier.startsWith(".")) return this.#forBrowsers(this.#fileAt(`${folder}/${specifier}`));
    const name = packageNameOf(specifier);
    const place = this.#foldersAbove(folder).find(
      (above) => this.#files.stat(`${above}/node_modules/${name}`) !== null,
    );
    if (place === undefined || !/^(@[\w.-]+\/)?[\w.-]+$/.test(name)) return null;
    return this.#inPackage(`${place}/node_modules/${name}`, `.${specifier.slice(name.length)}`);
  }

  /** Whether a module's package declares it free of side effects. */
  async isPure(path: string): Promise<boolean> {
    const folder = FOLDER.exec(path)?.[0];
    if (folder === undefined) return false;
    const known = this.#arePure.get(folder);
    if (known !== undefined) return known;
    const { sideEffects } = await this.#manifestOf(folder);
    const listed: unknown[] | null = Array.isArray(sideEffects) ? sideEffects : null;
    const isPure = sideEffects === false || (listed?.every((one) => STYLE.test(String(one))) ?? false);
    this.#arePure.set(folder, isPure);
    return isPure;
  }

  /** Whether a package states that a script is an ES module, in which `module` and `exports` are no names. */
  async isStatedModule(path: string): Promise<boolean> {
    const folder = FOLDER.exec(path)?.[0];
    if (!path.endsWith(".js") || folder === undefined) return path.endsWith(".mjs");
    return (await this.#manifestOf(folder)).type === "module";
  }

  async #inPackage(folder: string, subpath: string): Promise<string | null> {
    const { exports, browser, module, main } = await this.#manifestOf(folder);
    if (exports !== undefined && exports !== null) {
      const [target] = packageTargets(exports, subpath, this.#conditions);
      return target === undefined ? null : this.#forBrowsers(this.#fileAt(`${folder}/${target}`));
    }
    const entry = [browser, module, main, "index.js"].find((one) => typeof one === "string");
    return this.#forBrowsers(this.#fileAt(`${folder}/${subpath === "." ? entry : subpath}`));
  }

  /** Returns the file that a package's `browser` names in place of another. */
  async #forBrowsers(path: string | null): Promise<string | null> {
    const folder = path === null ? undefined : FOLDER.exec(path)?.[0];
    if (path === null || folder === undefined) return path;
    const { browser } = await this.#manifestOf(folder);
    if (typeof browser !== "object" || browser === null) return path;
    const own = `.${path.slice(folder.length)}`;
    const named = [own, own.replace(/\.[cm]?js$/, "")].map((one): unknown => Reflect.get(browser, one));
    if (named.includes(false)) return null;
    const other = named.find((one) => typeof one === "string");
    return other === undefined ? path : this.#fileAt(`${folder}/${other}`);
  }

  /** Returns the node_modules folders above an importer, nearest first. */
  #foldersAbove(folder: string): string[] {
    const { root } = this.#files;
    const inner = folder.startsWith(`${root}/`) ? folder.slice(root.length + 1).split("/") : [];
    return [...inner.map((_, depth) => `${root}/${inner.slice(0, inner.length - depth).join("/")}`), root];
  }

  async #manifestOf(folder: string): Promise<Manifest> {
    const known = this.#manifests.get(folder);
    if (known !== undefined) return known;
    const parsed: unknown = parseJson((await this.#files.readText(`${folder}/package.json`)) ?? "{}");
    const manifest = typeof parsed === "object" && parsed !== null ? parsed : {};
    this.#manifests.set(folder, manifest);
    return manifest;
  }

  /** Completes a path's extension or index file, as bundlers do; null for a folder whose manifest decides. */
  #fileAt(path: string): string | null {
    const base = `/${normalize(path.slice(1))}`;
    if (this.#files.stat(`${base}/package.json`) !== null) return null;
    return EXTENSIONS.map((extension) => base + extension).find((candidate) => this.#isFile(candidate)) ?? null;
  }

  #isFile(path: string): boolean {
    const found = this.#files.stat(path);
    return found !== null && found !== "folder";
  }
}
