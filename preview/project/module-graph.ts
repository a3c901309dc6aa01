import { parse } from "es-module-lexer/js";
import type { Mode } from "../engine/bundle.ts";
import type { MountedFiles } from "../engine/mounted-files.ts";
import { exportsIn, type ModuleExports, readBarrel } from "./barrel.ts";
import { ModuleFinder } from "./module-finder.ts";
import type { PackageUse } from "./package-imports.ts";

/** `esm`, `commonjs`, or `plain` for a script that neither imports nor exports. */
type Format = "esm" | "commonjs" | "plain";

/** A script of a package, as a lexer sees it. */
export type GraphModule = {
  path: string;
  format: Format;
  /** Paths of the modules that it imports: when it is evaluated, and later. */
  imports: Set<string>;
  later: Set<string>;
  /** The bundler's work for it, in bytes of code that is not minified. */
  weight: number;
  /** Whether its package declares it free of side effects. */
  isPure: boolean;
  /** Whether it does nothing itself but pass on names of modules that were found. */
  isPassing: boolean;
  exports: ModuleExports | null;
};

/** The module and the name in it by which an exported name is defined. */
export type Origin = { path: string; name: string };

type GraphOptions = {
  mode: Mode;
  /** Further imports of modules, by an earlier bundle. */
  learned: ReadonlyMap<string, ReadonlySet<string>>;
  /** Called after some hundred modules each. */
  between?: (() => Promise<void>) | undefined;
};

/** The same as texts, or `AMBIGUOUS`. */
type Origins = Map<string, string>;
const AMBIGUOUS = "";

/** Paths of the scripts that a graph follows. */
export const SCRIPT = /\.[cm]?js$/;
const REQUIRED = /\brequire\(\s*["']([^"'\n]+)["']/g;
const COMMONJS = /\bmodule\.exports\b|\bexports\s*[.,)[=]|\btypeof\s+(?:exports|module)\b|\brequire\s*\(/;
/** Characters of a line from which on code is taken for minified, which has more nodes a byte. */
const LONG_LINE = 1_000;
const MINIFIED_WEIGHT = 2;
const MODULES_AT_ONCE = 200;

/** Returns the bundler's work for a script, in bytes of code that is not minified. */
export const weightOf = (code: string): number =>
  code.length * (code.length / code.split("\n").length > LONG_LINE ? MINIFIED_WEIGHT : 1);

/** Returns the specifiers that a CommonJS module requires. */
export const requiredIn = (code: string): string[] =>
  [...code.matchAll(REQUIRED)].map(([, specifier = ""]) => specifier);

/** The scripts of packages that an app's imports lead to, found by a lexer, without a bundler's memory. */
export class ModuleGraph {
  readonly modules = new Map<string, GraphModule>();
  /** The modules that the app itself imports; `isLater` where it may be by `import()`. */
  readonly roots: { path: string; isLater: boolean }[] = [];
  readonly #files: MountedFiles;
  readonly #finder: ModuleFinder;
  readonly #requiring: ModuleFinder;
  readonly #learned: ReadonlyMap<string, ReadonlySet<string>>;
  readonly #reexports = new Map<string, Map<string, { from: string; name: string }>>();
  readonly #names = new Map<string, ReadonlyMap<string, Origin> | null>();
  readonly #origins = new Map<string, Origins | null>();

  private constructor(files: MountedFiles, mode: Mode, learned: ReadonlyMap<string, ReadonlySet<string>>) {
    this.#files = files;
    this.#finder = new ModuleFinder(files, mode);
    this.#requiring = new ModuleFinder(files, mode, "require");
    this.#learned = learned;
  }

  /**
   * Follows the imports of an app's packages.
   * @param uses the names that the app imports of its packages, by specifier
   */
  static async of(
    files: MountedFiles,
    uses: ReadonlyMap<string, PackageUse>,
    { mode, learned, between }: GraphOptions,
  ): Promise<ModuleGraph> {
    const graph = new ModuleGraph(files, mode, learned);
    for (const [specifier, { names }] of uses) {
      const path = await graph.#finder.find(specifier);
      if (path !== null && SCRIPT.test(path)) graph.roots.push({ path, isLater: names.size === 0 });
    }
    for (const path of learned.get("") ?? []) graph.roots.push({ path, isLater: false });
    const open = graph.roots.map(({ path }) => path);
    for (let path = open.pop(); path !== undefined; path = open.pop()) {
      if (graph.modules.has(path)) continue;
      const module = await graph.#read(path);
      graph.modules.set(path, module);
      if (graph.modules.size % MODULES_AT_ONCE === 0) await between?.();
      open.push(...module.imports, ...module.later);
    }
    return graph;
  }

  /**
   * Returns the names that a module exports, those that it passes on included, and where each is from; null when only execution reveals
   * them. A name from two places is none that it exports.
   */
  async namesOf(path: string): Promise<ReadonlyMap<string, Origin> | null> {
    const known = this.#names.get(path);
    if (known !== undefined) return known;
    const origins = await this.#originsOf(path, new Set());
    const names = new Map<string, Origin>();
    for (const [name, origin] of origins ?? []) {
      const cut = origin.lastIndexOf(" ");
      if (origin !== AMBIGUOUS) names.set(name, { path: origin.slice(0, cut), name: origin.slice(cut + 1) });
    }
    this.#names.set(path, origins === null ? null : names);
    return this.#names.get(path) ?? null;
  }

  /** Whether a module is an ES module that passes on names which only execution reveals. */
  async isOpaque(path: string): Promise<boolean> {
    return this.modules.get(path)?.format === "esm" && (await this.namesOf(path)) === null;
  }

  /** Returns where the names that a module exports are from: a name from two places is none that it exports. */
  async #originsOf(path: string, seen: ReadonlySet<string>): Promise<Origins | null> {
    const known = this.#origins.get(path);
    if (known !== undefined) return known;
    if (seen.has(path)) return new Map();
    const found = await this.#collect(path, new Set([...seen, path]));
    // Within a circle of modules the names of those that are being collected are missing.
    if (seen.size === 0) this.#origins.set(path, found);
    return found;
  }

  async #collect(path: string, seen: ReadonlySet<string>): Promise<Origins | null> {
    const exported = this.modules.get(path)?.exports ?? null;
    if (exported === null) return null;
    const passed: Origins = new Map();
    for (const from of exported.stars) {
      const target = await this.#finder.find(from, path);
      const more = target === null ? null : await this.#originsOf(target, seen);
      if (more === null) return null;
      for (const [name, origin] of more) {
        const isOther = passed.has(name) && passed.get(name) !== origin;
        if (name !== "default") passed.set(name, isOther ? AMBIGUOUS : origin);
      }
    }
    for (const name of exported.names) passed.set(name, await this.#originOf(path, name));
    return passed;
  }

  /** Where a name is from that a module exports by name, as far as one statement tells. */
  async #originOf(path: string, name: string): Promise<string> {
    const reexport = this.#reexports.get(path)?.get(name);
    const target = reexport === undefined ? null : await this.#finder.find(reexport.from, path);
    if (reexport === undefined || target === null || !this.modules.has(target)) return `${path} ${name}`;
    const known = this.#reexports.get(target)?.has(reexport.name) === true && target !== path;
    return known ? await this.#originOf(target, reexport.name) : `${target} ${reexport.name}`;
  }

  async #read(path: string): Promise<GraphModule> {
    const code = (await this.#files.readText(path)) ?? "";
    const lexed = lexedModule(code);
    const format =
      lexed !== null ? "esm" : !(await this.#finder.isStatedModule(path)) && COMMONJS.test(code) ? "commonjs" : "plain";
    const module: GraphModule = {
      path,
      format,
      imports: new Set(),
      later: new Set(),
      weight: weightOf(code),
      isPure: await this.#finder.isPure(path),
      isPassing: lexed?.isBarrel ?? false,
      exports: lexed === null ? null : { names: new Set(lexed.names), stars: lexed.stars },
    };
    this.#reexports.set(path, new Map(lexed?.reexports));
    for (const { specifier, isLater } of lexed?.imports ?? [])
      await this.#add(specifier, module, isLater, this.#finder);
    if (format === "commonjs")
      for (const specifier of requiredIn(code)) await this.#add(specifier, module, false, this.#requiring);
    for (const more of this.#learned.get(path) ?? []) module.imports.add(more);
    return module;
  }

  async #add(specifier: string, module: GraphModule, isLater: boolean, finder: ModuleFinder): Promise<void> {
    const target = await finder.find(specifier, module.path);
    if (target !== null && SCRIPT.test(target)) (isLater ? module.later : module.imports).add(target);
    else module.isPassing = false;
  }
}

type Lexed = {
  isBarrel: boolean;
  imports: { specifier: string; isLater: boolean }[];
  names: string[];
  stars: string[];
  /** The names that it passes on of others, by its own name for them. */
  reexports: [string, { from: string; name: string }][];
};

/** Returns the imports of an ES module; null for other scripts. */
function lexedModule(code: string): Lexed | null {
  try {
    const [imports, exports, , isModule] = parse(code);
    if (!isModule) return null;
    const { names, stars } = exportsIn(exports);
    const lexed: Lexed = {
      isBarrel: readBarrel(code) !== null,
      names: [...names],
      stars,
      imports: imports.flatMap(({ type, specifier }) =>
        typeof specifier === "string" ? [{ specifier, isLater: type === "dynamic" }] : [],
      ),
      reexports: exports.flatMap((one): Lexed["reexports"] =>
        one.type === "reexport" && one.importName !== null
          ? [[one.name, { from: one.from, name: one.importName }]]
          : [],
      ),
    };
    // A part of a text holds the whole text.
    return JSON.parse(JSON.stringify(lexed)) as Lexed;
  } catch {
    // esbuild reports its error.
    return null;
  }
}
