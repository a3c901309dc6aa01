import type { Diagnostic } from "../../worker/contract/preview-rpc.ts";
import { packageNameOf } from "../engine/specifiers.ts";
import type { InstalledPackages } from "../packages/installed-packages.ts";
import { parseJson } from "./json-error.ts";
import { normalize, within } from "./paths.ts";
import { readText, type SourceFiles } from "./source-files.ts";

/** The compiler options of a project's tsconfig.json or jsconfig.json, with everything it extends. */
export type Tsconfig = {
  compilerOptions: Record<string, unknown>;
  /**
   * Import patterns with at most one `*`, and their candidate files from the app's folder, or from the project's with a slash
   * before them. `baseUrl` is the pattern `*`.
   */
  paths: Record<string, string[]>;
  diagnostics: Diagnostic[];
};

/** Options that change the output, beside those of JSX. */
const EMITTING = [
  "experimentalDecorators",
  "useDefineForClassFields",
  "target",
  "verbatimModuleSyntax",
  "importsNotUsedAsValues",
  "preserveValueImports",
];

/** The project options that a bundler needs. */
export function emittingOptions({ compilerOptions }: Tsconfig): Record<string, unknown> {
  return Object.fromEntries(Object.entries(compilerOptions).filter(([name]) => EMITTING.includes(name)));
}

type Options = Record<string, unknown>;
/** A merged configuration; `folder`: the base of its relative paths. */
type Loaded = { options: Options; references: string[] };

const ROOTS = ["tsconfig.json", "jsconfig.json"];
/**
 * Maximum configurations in one chain, counting repeats: two that extend the next one twice would double at each step.
 */
const MAX_LOADED = 200;
/** Referenced configurations for code outside of the app, by their names in templates. */
const NOT_THE_APP = /(node|server|worker|test|spec|e2e|vitest|tools|storybook)[^/]*\.json$/i;

/** The packages that a project's configurations extend, by name. */
export function extendedPackages(files: SourceFiles): string[] {
  const texts = [...files.keys()].filter((path) => path.endsWith(".json")).map((path) => readText(files, path) ?? "");
  const extended = texts.flatMap((text) => [...text.matchAll(/"extends"\s*:\s*(\[[^\]]*\]|"[^"]*")/g)]);
  const quoted = extended.flatMap(([, value = ""]) => value.match(/"[^"]+"/g) ?? []).map((text) => text.slice(1, -1));
  return [...new Set(quoted.filter((specifier) => !/^[./]/.test(specifier)).map(packageNameOf))];
}

/** The folder of an app, and the project's files outside of it, by path in the project. */
type Beside = { root: string; around: SourceFiles };
const ALONE: Beside = { root: "", around: new Map() };

/**
 * Reads a project's TypeScript configuration. Invalid parts are warnings, and the rest applies.
 * @param beside the files outside of the app's folder, since a configuration may extend one above it
 */
export function readTsconfig(files: SourceFiles, packages: InstalledPackages, beside = ALONE): Tsconfig {
  return new TsconfigReader(files, packages, beside).read();
}

class TsconfigReader {
  readonly #files: SourceFiles;
  readonly #packages: InstalledPackages;
  readonly #beside: Beside;
  readonly #diagnostics: Diagnostic[] = [];
  #loaded = 0;

  constructor(files: SourceFiles, packages: InstalledPackages, beside: Beside) {
    this.#files = files;
    this.#packages = packages;
    this.#beside = beside;
  }

  read(): Tsconfig {
    const root = ROOTS.find((path) => this.#files.has(path));
    const { options, references } = root === undefined ? { options: {}, references: [] } : this.#load(root, []);
    const app = this.#referencedApp(references);
    const merged: Options = { ...options, ...(app === undefined ? {} : this.#load(app, []).options) };
    if (merged.emitDecoratorMetadata === true) this.#warnOfMetadata(app ?? root ?? "tsconfig.json");
    const { paths, ...compilerOptions } = merged;
    const baseUrl = typeof merged.baseUrl === "string" ? merged.baseUrl : null;
    return { compilerOptions, paths: withBase(recordOfLists(paths), baseUrl), diagnostics: this.#diagnostics };
  }

  /** The bundler writes no types of decorated members, for which packages ask by reflect-metadata. */
  #warnOfMetadata(path: string): void {
    const isRead = [...this.#files].some(
      ([file, text]) => /\.[cm]?tsx?$/.test(file) && typeof text === "string" && /["']reflect-metadata["']/.test(text),
    );
    if (!isRead) return;
    const message =
      'emitDecoratorMetadata is not supported, so Reflect.getMetadata("design:type", …) returns undefined. Name the types in the decorators themselves.';
    this.#warn(path, '"emitDecoratorMetadata"', message);
  }

  /** Vite's templates keep the app's options in a file that tsconfig.json refers to. */
  #referencedApp(references: string[]): string | undefined {
    const existing = references.filter((path) => this.#files.has(path) && !NOT_THE_APP.test(path));
    return existing.find((path) => path.endsWith("app.json")) ?? existing[0];
  }

  #load(path: string, extendedBy: string[]): Loaded {
    this.#loaded += 1;
    if (this.#loaded > MAX_LOADED) return this.#tooMany(extendedBy[0] ?? path);
    const config = this.#parse(path);
    const folder = folderOf(path);
    const chain = [...extendedBy, path];
    const bases = listOf(config.extends).flatMap((specifier) => {
      const base = this.#find(specifier, folder);
      if (base === null) this.#warn(path, `"${specifier}"`, `Cannot find "${specifier}", which this file extends.`);
      return base === null || chain.includes(base) ? [] : [this.#load(base, chain).options];
    });
    const main = folderOf(chain[0] ?? path);
    const place = (from: string, path: string): string => this.#place(from, path);
    const own = fromRoot(recordOf(config.compilerOptions), { folder, main, place }, Object.assign({}, ...bases));
    const references = Array.isArray(config.references) ? config.references.map(recordOf) : [];
    return {
      options: Object.assign({}, ...bases, own),
      references: references.map(({ path: to }) => referencePath(folder, to)),
    };
  }

  #tooMany(main: string): Loaded {
    const message = `More than ${MAX_LOADED} files are extended from here; the other ones are ignored.`;
    if (this.#loaded === MAX_LOADED + 1) this.#warn(main, '"extends"', message);
    return { options: {}, references: [] };
  }

  #find(specifier: string, folder: string): string | null {
    if (/^\.{0,2}\//.test(specifier) || specifier === "." || specifier === "..") {
      const path = specifier.startsWith("/") ? normalize(specifier) : this.#join(folder, specifier);
      return (
        [path, `${path}.json`, `${path}/tsconfig.json`].find((candidate) => this.#text(candidate) !== null) ?? null
      );
    }
    const named = [specifier, `${specifier}.json`, `${specifier}/tsconfig.json`];
    const ofRepository = named.map((name) => this.#ofRepository(name)).find((path) => path !== null);
    if (ofRepository !== undefined) return ofRepository;
    const found = named.map((name) => this.#packages.resolve(name, `${folder}tsconfig.json`, "client", "import"));
    return found.find((path) => path?.endsWith(".json")) ?? null;
  }

  /** Returns the path of a configuration in a package of the same repository. */
  #ofRepository(specifier: string): string | null {
    const { around } = this.#beside;
    const name = packageNameOf(specifier);
    const folder = [...around].find(
      ([path]) => path.endsWith("/package.json") && nameIn(readText(around, path)) === name,
    )?.[0];
    if (folder === undefined) return null;
    const path = `${folder.slice(0, -"package.json".length)}${specifier.slice(name.length + 1)}`;
    return around.has(path) ? `/${path}` : null;
  }

  /** A path outside of the app's folder begins with a slash, as in diagnostics: it is one of the project. */
  #join(folder: string, specifier: string): string {
    const { root, around } = this.#beside;
    const inProject = folder.startsWith("/") ? normalize(folder + specifier) : within(root, folder + specifier);
    const isOutside = [...around.keys()].some((path) => path === inProject || path.startsWith(inProject));
    return root !== "" && isOutside && !`${inProject}/`.startsWith(`${root}/`)
      ? `/${inProject}`
      : normalize(`${folder}${specifier}`);
  }

  /** A path of a configuration from the app's folder, or from the project's with a slash where it leads out of the app's. */
  #place(folder: string, path: string): string {
    const { root } = this.#beside;
    if (path.startsWith("/")) return normalize(path);
    const inProject = folder.startsWith("/") ? normalize(folder + path) : within(root, folder + path);
    if (root === "") return normalize(folder + path);
    if (`${inProject}/`.startsWith(`${root}/`)) return inProject.slice(root.length + 1);
    return `/${inProject}`;
  }

  #parse(path: string): Options {
    const text = this.#text(path) ?? "";
    const { value, error } = parseJson(text, { allowTrailingComma: true, allowEmptyContent: true });
    if (error !== null) {
      const { line, column } = placeOf(text, error.offset);
      const message = `Not valid JSON: ${error.reason}. The rest of the file is used.`;
      this.#diagnostics.push({ path, line, column, severity: "warning", message });
    }
    return recordOf(value);
  }

  #text(path: string): string | null {
    const content = path.startsWith("/")
      ? readText(this.#beside.around, path.slice(1))
      : path.startsWith("node_modules/")
        ? this.#packages.read(path)
        : readText(this.#files, path);
    const text = content instanceof Uint8Array ? new TextDecoder().decode(content) : content;
    return text?.replace(/^\uFEFF/, "") ?? null;
  }

  #warn(path: string, quoted: string, message: string): void {
    const text = this.#text(path) ?? "";
    const { line, column } = placeOf(text, Math.max(0, text.indexOf(quoted)));
    this.#diagnostics.push({ path, line, column, severity: "warning", message });
  }
}

/** The folders of a configuration and of the one that extends it, and how their paths are resolved. */
type Placing = { folder: string; main: string; place: (folder: string, path: string) => string };

/**
 * Returns a file's own options with paths from the app's folder, or from the project's with a slash before them: `paths` are
 * relative to the `baseUrl` of the file or of one that it extends, else to the file itself.
 */
function fromRoot(options: Options, { folder, main, place: placed }: Placing, inherited: Options): Options {
  const ofMain = "$" + "{configDir}";
  const place = (base: string, path: string) =>
    path.startsWith(ofMain) ? placed(main, `.${path.slice(ofMain.length)}`) : placed(base, path);
  const baseUrl = typeof options.baseUrl === "string" ? place(folder, options.baseUrl) : inherited.baseUrl;
  const base = typeof baseUrl === "string" ? baseUrl.replace(/(?<=[^/])$/, "/") : folder;
  const paths = Object.entries(recordOfLists(options.paths)).map(([pattern, targets]) => [
    pattern,
    targets.map((target) => place(base, target)),
  ]);
  return {
    ...options,
    ...(options.baseUrl === undefined ? {} : { baseUrl }),
    ...(options.paths === undefined ? {} : { paths: Object.fromEntries(paths) }),
  };
}

function withBase(paths: Record<string, string[]>, baseUrl: string | null): Record<string, string[]> {
  if (baseUrl === null) return paths;
  const all = baseUrl.replace(/(?<=[^/])$/, "/");
  return { ...paths, "*": [...(paths["*"] ?? []), `${all}*`] };
}

function referencePath(folder: string, to: unknown): string {
  const path = normalize(`${folder}${typeof to === "string" ? to : ""}`);
  return path.endsWith(".json") ? path : normalize(`${path}/tsconfig.json`);
}

function placeOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset).split("\n");
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

function nameIn(manifest: string | null): unknown {
  return recordOf(parseJson(manifest ?? "{}", {}).value).name;
}

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf("/") + 1);

const recordOf = (value: unknown): Options =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};

const listOf = (value: unknown): string[] =>
  (Array.isArray(value) ? value : [value]).filter((item): item is string => typeof item === "string");

const recordOfLists = (value: unknown): Record<string, string[]> =>
  Object.fromEntries(Object.entries(recordOf(value)).map(([key, list]) => [key, listOf(list)]));
