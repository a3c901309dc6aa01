import type { Metafile } from "esbuild-wasm";
import type { Bundled, Mode } from "../engine/bundle.ts";
import type { MountedProject } from "../engine/mounted-project.ts";
import { type Barrel, type ModuleExports, readBarrel, readExports, readImports, slimBarrel } from "./barrel.ts";
import { ModuleFinder } from "./module-finder.ts";
import { requiredIn, SCRIPT, weightOf } from "./module-graph.ts";
import type { PackageUse } from "./package-imports.ts";

/** Minimum modules of a barrel; shortening a smaller one saves no time. */
const MIN_MODULES = 10;
/** Maximum attempts to bundle with shortened barrels; afterwards the whole barrels are used. */
const MAX_ATTEMPTS = 4;

/** esbuild's error for a name that a module does not export. */
const LACKING = /^No matching export in "(.+)" for import "(.+?)"/;

/** Names of a module's exports; `all` when they are unknown. */
type Names = ReadonlySet<string> | "all";

/** Bundles with shortened barrels of packages, or with whole ones when that fails. */
export async function withSlimBarrels(slim: SlimBarrels, build: () => Promise<Bundled>): Promise<Bundled> {
  try {
    for (let attempt = 1; attempt <= MAX_ATTEMPTS && (await slim.apply()); attempt += 1) {
      const bundled = await build();
      const { built } = bundled;
      const isNew = built === null ? await slim.learnFromErrors(bundled) : await slim.learn(built.metafile);
      if (isNew) continue;
      // Without its barrels shortened, a bundle fails for other reasons just the same.
      if (built !== null || !bundled.diagnostics.some(({ message }) => LACKING.test(message))) return bundled;
      break;
    }
  } finally {
    slim.restore();
  }
  return build();
}

/**
 * Shortens the barrels of packages, such as a module of 1,700 icons, to the used names: esbuild reads every module
 * that a barrel names before it drops the unused ones, at two milliseconds each. It changes only packages that declare
 * their modules free of side effects, so that the output stays the same. A lexer follows the imports among the
 * packages' modules; the bundle reveals other importers of a barrel, whose names are then added.
 */
export class SlimBarrels {
  readonly #project: Pick<MountedProject, "files">;
  readonly #uses: ReadonlyMap<string, PackageUse>;
  readonly #finder: ModuleFinder;
  readonly #requiring: ModuleFinder;
  readonly #maxWeight: number;
  /** The weight of the modules that are followed: all that a bundle reads. */
  #weight = 0;
  /** Queue of modules whose imports are still to be followed, with their wanted names. */
  readonly #open: { path: string; names: Names }[] = [];
  readonly #followed = new Set<string>();
  readonly #barrels = new Map<string, Barrel | null>();
  readonly #wanted = new Map<string, Set<string> | "all">();
  /** The original barrels that short ones replace. */
  readonly #originals = new Map<string, Uint8Array>();
  readonly #exports = new Map<string, ModuleExports | null>();
  #changes = 0;

  private constructor(
    project: Pick<MountedProject, "files">,
    uses: ReadonlyMap<string, PackageUse>,
    mode: Mode,
    maxWeight: number,
  ) {
    this.#project = project;
    this.#uses = uses;
    this.#finder = new ModuleFinder(project.files, mode);
    this.#requiring = new ModuleFinder(project.files, mode, "require");
    this.#maxWeight = maxWeight;
  }

  /**
   * @param uses the names that the app imports of its packages, by specifier
   * @param maxWeight beyond which no further modules are followed: the barrels are then not to be used
   */
  static async of(
    project: Pick<MountedProject, "files">,
    uses: ReadonlyMap<string, PackageUse>,
    mode: Mode,
    maxWeight = Infinity,
  ): Promise<SlimBarrels> {
    const slim = new SlimBarrels(project, uses, mode, maxWeight);
    for (const [specifier, { names, namespace }] of uses) {
      const path = await slim.#finder.find(specifier);
      if (path !== null) slim.#open.push({ path, names: namespace ? "all" : names });
    }
    await slim.#follow();
    return slim;
  }

  /** The weight of the modules that a bundle reads with shortened barrels, as far as a lexer finds them. */
  get weight(): number {
    return this.#weight;
  }

  /**
   * Replaces the whole barrels by short ones.
   * @returns whether there are any
   */
  async apply(): Promise<boolean> {
    for (const [path, wanted] of this.#wanted) {
      const barrel = this.#barrels.get(path) ?? null;
      const original = this.#originals.get(path) ?? (await this.#project.files.read(path));
      if (barrel === null || original === null) continue;
      this.#originals.set(path, original);
      if (wanted === "all") this.#project.files.put(path, original);
      else this.#project.files.put(path, slimBarrel(barrel, wanted, await this.#passing(path, barrel, wanted)));
    }
    return this.#originals.size > 0;
  }

  /** Restores the whole barrels. */
  restore(): void {
    for (const [path, content] of this.#originals) this.#project.files.restore(path, content);
    this.#originals.clear();
  }

  /**
   * Adds the names that a bundle's modules import of the barrels.
   * @returns whether there were new ones, so that the bundle must be built again
   */
  async learn({ inputs }: Metafile): Promise<boolean> {
    const { root } = this.#project.files;
    const before = this.#changes;
    for (const [name, { imports }] of Object.entries(inputs)) {
      const importer = `${root}/${name}`;
      if (this.#isShort(importer)) continue;
      for (const { path, kind, original } of imports) {
        const barrel = `${root}/${path}`;
        if (!this.#isShort(barrel)) continue;
        if (!importer.includes("/node_modules/") && original !== undefined && this.#uses.has(original)) continue;
        const names = kind === "import-statement" ? await this.#importedBy(importer, original) : "all";
        this.#open.push({ path: barrel, names });
      }
    }
    await this.#follow();
    return this.#changes > before;
  }

  /** Adds the names that a bundle failed for. @returns whether there are any that are new */
  async learnFromErrors({ diagnostics }: Pick<Bundled, "diagnostics">): Promise<boolean> {
    const before = this.#changes;
    for (const { message } of diagnostics) {
      const [, path, name = ""] = LACKING.exec(message) ?? [];
      const barrel = `${this.#project.files.root}/${path}`;
      if (this.#isShort(barrel)) this.#open.push({ path: barrel, names: new Set([name]) });
    }
    await this.#follow();
    return this.#changes > before;
  }

  async #importedBy(importer: string, specifier: string | undefined): Promise<Names> {
    const content = (await this.#project.files.readText(importer)) ?? "";
    const imports = readImports(content)?.filter((one) => one.specifier === specifier) ?? [];
    const names = imports.map((one) => one.names);
    return imports.length === 0 || names.includes("all") ? "all" : new Set(names.flat());
  }

  /** Whether a module is a shortened barrel. */
  #isShort(path: string): boolean {
    return this.#originals.has(path) && this.#wanted.get(path) !== "all";
  }

  /** Follows the imports of all modules that are open, and of those that they lead to. */
  async #follow(): Promise<void> {
    for (let next = this.#open.pop(); next !== undefined && this.#isLight(); next = this.#open.pop()) {
      const { path, names } = next;
      const barrel = await this.#barrelAt(path);
      if (barrel !== null) await this.#want(path, barrel, names);
      else if (!this.#followed.has(path)) await this.#followImports(path);
    }
  }

  async #followImports(path: string): Promise<void> {
    this.#followed.add(path);
    if (!SCRIPT.test(path)) return;
    const code = await this.#textOf(path);
    this.#weight += weightOf(code);
    const imports = readImports(code);
    for (const { specifier, names } of imports ?? []) {
      const target = await this.#finder.find(specifier, path);
      if (target !== null) this.#open.push({ path: target, names: names === "all" ? names : new Set(names) });
    }
    if (imports === null) await this.#openAll(requiredIn(code), path, this.#requiring);
  }

  async #openAll(specifiers: string[], importer: string, finder: ModuleFinder): Promise<void> {
    for (const specifier of specifiers) {
      const target = await finder.find(specifier, importer);
      if (target !== null) this.#open.push({ path: target, names: "all" });
    }
  }

  #isLight(): boolean {
    return this.#weight <= this.#maxWeight;
  }

  async #want(path: string, barrel: Barrel, names: Names): Promise<void> {
    const known = this.#wanted.get(path) ?? new Set<string>();
    if (known === "all") return;
    if (names === "all") {
      this.#wanted.set(path, names);
      this.#changes += 1;
      await this.#openAll([...barrel.reexports.map(({ from }) => from), ...barrel.stars], path, this.#finder);
      return;
    }
    this.#wanted.set(path, known);
    for (const name of names) {
      if (known.has(name)) continue;
      known.add(name);
      this.#changes += 1;
      await this.#wantBehind(path, barrel, name);
    }
  }

  /** Opens the module from which a barrel has a name. */
  async #wantBehind(path: string, { reexports, stars }: Barrel, name: string): Promise<void> {
    const found = reexports.find((one) => one.name === name);
    if (found !== undefined) {
      const target = await this.#finder.find(found.from, path);
      const names = found.imported === null ? ("all" as const) : new Set([found.imported]);
      if (target !== null) this.#open.push({ path: target, names });
      return;
    }
    for (const from of stars) {
      const target = await this.#finder.find(from, path);
      if (target === null) continue;
      if ((await this.#namesOf(target)).has(name)) this.#open.push({ path: target, names: new Set([name]) });
    }
  }

  /** Returns whether a name of an `export *` module is wanted, or may be. */
  async #passing(path: string, { stars, reexports }: Barrel, wanted: ReadonlySet<string>) {
    const named = new Set(reexports.map(({ name }) => name));
    const kept = new Set<string>();
    for (const from of stars) {
      const target = await this.#finder.find(from, path);
      const names = target === null ? new Set([ANY]) : await this.#namesOf(target);
      if (names.has(ANY) || [...names].some((name) => wanted.has(name) && !named.has(name))) kept.add(from);
    }
    return (from: string) => kept.has(from);
  }

  /** Returns the names that a module exports, with `ANY` among them when some are unknown. */
  async #namesOf(path: string, seen = new Set<string>()): Promise<Set<string>> {
    if (seen.has(path)) return new Set();
    seen.add(path);
    if (!this.#exports.has(path)) this.#exports.set(path, readExports(await this.#textOf(path)));
    const exported = this.#exports.get(path) ?? null;
    if (exported === null) return new Set([ANY]);
    const names = new Set(exported.names);
    for (const from of exported.stars) {
      const target = await this.#finder.find(from, path);
      const more = target === null ? [ANY] : await this.#namesOf(target, seen);
      for (const name of more) if (name !== "default") names.add(name);
    }
    return names;
  }

  /** Reads a module's original source from its package. */
  async #textOf(path: string): Promise<string> {
    const original = this.#originals.get(path);
    if (original !== undefined) return new TextDecoder().decode(original);
    return (await this.#project.files.readText(path)) ?? "";
  }

  /** Reads the barrel at a path; null for other modules, short barrels, and packages with side effects. */
  async #barrelAt(path: string): Promise<Barrel | null> {
    const known = this.#barrels.get(path);
    if (known !== undefined) return known;
    const read = (await this.#finder.isPure(path)) ? readBarrel(await this.#textOf(path)) : null;
    const modules = new Set([...(read?.reexports ?? []).map(({ from }) => from), ...(read?.stars ?? [])]);
    const barrel = modules.size < MIN_MODULES ? null : read;
    this.#barrels.set(path, barrel);
    return barrel;
  }
}

/** Represents the export names that only execution reveals; no export has this name. */
const ANY = "*";
