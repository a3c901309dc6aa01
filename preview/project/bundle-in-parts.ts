import type { Bundled, Mode } from "../engine/bundle.ts";
import type { Built } from "../engine/esbuild.ts";
import type { MountedFiles } from "../engine/mounted-files.ts";
import { withoutForwarding } from "./forwarding-scripts.ts";
import { joinFirstScripts } from "./join-scripts.ts";
import { joinedParts } from "./joined-parts.ts";
import { minifyPart, type PartMinifier } from "./minify-parts.ts";
import { ModuleGraph, SCRIPT } from "./module-graph.ts";
import { effectsOf, isKept, modulePartsOf, type Placed } from "./module-parts.ts";
import type { PackageUse } from "./package-imports.ts";
import { between, nameInPart, PART, withUsedImports } from "./part-imports.ts";
import { type BundlePart, OF_PART } from "./part-options.ts";
import { SlimBarrels, withSlimBarrels } from "./slim-barrels.ts";

/**
 * The maximum weight of packages in an app that is bundled as a whole, and of those in a part unless a single module or a circle of them weighs more.
 * The bundler takes some 25 bytes for each of its input. Scripts become one again up to the size that Terser takes.
 */
const LIMITS = { whole: 3_600_000, part: 1_400_000, joined: 850_000 };
/** How often a bundle is tried in parts when it meets modules that the lexer has not found. */
const MAX_ATTEMPTS = 4;
/** Maximum size of files of packages that are held although no module of the graph is in them, such as style sheets and fonts. */
const MAX_HELD_BESIDE = 100_000;
/** Where the entries of parts are. */
const ENTRIES = "entries/parts/";
type Input = {
  project: { files: MountedFiles };
  /** The names that the app imports of its packages, by specifier. */
  uses: ReadonlyMap<string, PackageUse>;
  mode: Mode;
  /** Identifies everything that the result depends on: part of the names of scripts, whose content is not known beforehand. */
  key: string;
  /** The maximum weights of packages that are bundled as a whole, and of a part, and the most bytes of scripts that become one again. */
  limits?: { whole: number; part: number; joined?: number };
  /** Empties the isolate's caches, before a bundle that takes most of its memory. */
  makeRoom?: () => Promise<void>;
  /** How the parts of a publication are minified once it is known what they use of each other; without it the bundler does it before. */
  minifier?: PartMinifier;
};

/**
 * Bundles an app with its packages, by parts where these are so large that the bundler would need more memory than a Worker has. An
 * importer is bundled before its imports, and shows which names of them are used, so that unused code is dropped as in one bundle.
 * Smaller ones are one bundle, with shortened barrels.
 */
export async function bundleInParts(entries: string[], input: Input, bundle: BundlePart): Promise<Bundled> {
  const { project, uses, mode } = input;
  const { whole } = input.limits ?? LIMITS;
  let slim: SlimBarrels | null = await SlimBarrels.of(project, uses, mode, whole);
  if (slim.weight > whole) {
    // Beside a large bundle nothing stays that is not needed for it.
    slim = null;
    await input.makeRoom?.();
    const inParts = await inSomeAttempts(entries, input, bundle);
    if (inParts !== null) return inParts;
  }
  slim ??= await SlimBarrels.of(project, uses, mode);
  return withSlimBarrels(slim, () => bundle(entries, { minify: "later" }));
}

async function inSomeAttempts(entries: string[], input: Input, bundle: BundlePart): Promise<Bundled | null> {
  const { project, uses, mode, limits = LIMITS } = input;
  const learned = new Map<string, Set<string>>();
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    const graph = await ModuleGraph.of(project.files, uses, { mode, learned, between: input.makeRoom });
    const parts = await Parts.of(input, graph, limits.part);
    await input.makeRoom?.();
    project.files.letGo((path, size) => graph.modules.has(path) || (size <= MAX_HELD_BESIDE && !SCRIPT.test(path)));
    const bundled = await parts.bundle(entries, bundle);
    if (bundled !== null) return withJoined(bundled, entries, { input, bundle });
    if (!parts.learn(learned)) break;
  }
  return null;
}

/** Joins the scripts that pages load first. A preview keeps them, since its pages compare those of one build with those of the next. */
async function withJoined(
  bundled: Bundled,
  entries: string[],
  { input, bundle }: { input: Input; bundle: BundlePart },
): Promise<Bundled> {
  const { project, mode, key, limits = LIMITS, makeRoom } = input;
  if (bundled.built === null || mode !== "production") return bundled;
  const join = async (entry: string): Promise<Bundled> => {
    await makeRoom?.();
    return bundle([entry], { external: [`${PART}*`], ...OF_PART });
  };
  const joining = {
    files: project.files,
    entries: entries.map((path) => path.slice(project.files.root.length + 1)),
    maxBytes: limits.joined ?? 0,
    key,
    bundle: join,
  };
  return { ...bundled, built: await joinFirstScripts(bundled.built, joining) };
}

class Parts {
  readonly #input: Input;
  readonly #graph: ModuleGraph;
  readonly #placed: ReadonlyMap<string, Placed>;
  readonly #root: string;
  /** The number of the last part, behind which are the app's own modules. */
  readonly #last: number;
  /** The names that the bundled modules import, by the module's number. */
  readonly #used = new Map<number, Set<string>>();
  /** The app's first, then each behind those that import it. */
  readonly #bundles: Built[] = [];
  /** Whether esbuild does not take a stand-in for CommonJS as such. */
  #isMisread = false;
  #unknown: { importer: string; path: string }[] = [];
  /** The target of the app's own scripts, if they are still to be minified. */
  #minifyFor: string[] | undefined;

  private constructor(input: Input, graph: ModuleGraph, placed: ReadonlyMap<string, Placed>) {
    this.#input = input;
    this.#graph = graph;
    this.#placed = placed;
    this.#root = input.project.files.root;
    this.#last = Math.max(-1, ...[...placed.values()].map(({ part }) => part));
  }

  static async of(input: Input, graph: ModuleGraph, maxWeight: number): Promise<Parts> {
    return new Parts(input, graph, await modulePartsOf(graph, maxWeight));
  }

  /** @returns null when a module would be in two parts, or a part cannot be bundled */
  async bundle(entries: string[], bundle: BundlePart): Promise<Bundled | null> {
    const { files } = this.#input.project;
    const originals = new Map<string, Uint8Array>();
    for (const path of this.#placed.keys()) originals.set(path, (await files.read(path)) ?? new Uint8Array());
    const diagnostics: Bundled["diagnostics"] = [];
    try {
      for (const placed of this.#placed.values()) files.put(placed.module.path, this.#standIn(placed));
      for (let part = this.#last + 1; part >= 0; part -= 1) {
        for (const [path, placed] of this.#placed)
          if (placed.part === part) files.put(path, originals.get(path) ?? new Uint8Array());
        const found = await this.#bundlePart(part, part > this.#last ? entries : this.#entriesOf(part), bundle);
        if (found === null) return null;
        diagnostics.push(...found);
        // Nothing of it is imported by parts that come later.
        this.#letGoOf(part, originals);
      }
    } finally {
      for (const [path, content] of originals) files.restore(path, content);
    }
    const minifyFor = this.#minifyFor;
    return { built: joinedParts(this.#bundles), diagnostics, ...(minifyFor && { minifyFor }) };
  }

  #letGoOf(part: number, originals: Map<string, Uint8Array>): void {
    const { files } = this.#input.project;
    for (const [path, placed] of this.#placed) if (placed.part === part && originals.delete(path)) files.restore(path);
  }

  async #bundlePart(part: number, entries: string[], bundle: BundlePart): Promise<Bundled["diagnostics"] | null> {
    if (entries.length === 0) return [];
    const isApp = part > this.#last;
    const { minifier, makeRoom } = this.#input;
    await makeRoom?.();
    const later = minifier === undefined ? {} : { minify: "later" as const };
    const options = { external: [`${PART}*`], ...later, ...(isApp ? {} : OF_PART) };
    const { built: bundled, diagnostics, minifyFor } = await bundle(entries, options);
    if (bundled === null) return null;
    // Columns of the app's own source map do not move.
    const built = isApp ? bundled : withoutForwarding(bundled, (path) => this.#wholeScriptOf(path, part));
    this.#learnUses(built);
    this.#learnImports(built, part);
    if (this.#unknown.length > 0 || this.#isMisread) return null;
    if (isApp) this.#minifyFor = minifyFor;
    else if (minifier && minifyFor) await minifyPart(built, minifyFor, minifier);
    this.#bundles.push(this.#withOwnInputs(built, part));
    // Those on a part's own entries are none of the app.
    return diagnostics.filter(({ path }) => !path.startsWith(ENTRIES));
  }

  /** Adds the imports that the lexer has not found. @returns whether there are any that are new */
  learn(learned: Map<string, Set<string>>): boolean {
    for (const { importer, path } of this.#unknown) {
      const known = learned.get(importer) ?? new Set<string>();
      learned.set(importer, known.add(path));
    }
    return this.#unknown.length > 0 && !this.#isMisread;
  }

  /** A module that passes on what a part exports of another module, or of those that the module itself passes on. */
  #standIn(placed: Placed): string {
    const { id, part, script, names, module } = placed;
    const from = JSON.stringify(PART + this.#nameOf(part, script));
    const whole = nameInPart(id, "");
    if (module.format === "commonjs") return `import { ${whole} } from ${from};\nmodule.exports = ${whole};\n`;
    const own: string[] = [];
    const passed = new Map<string, string[]>();
    for (const [name, origin] of names) {
      if (origin.path === module.path) own.push(`${nameInPart(id, name)} as ${name}`);
      else passed.set(origin.path, [...(passed.get(origin.path) ?? []), `${origin.name} as ${name}`]);
    }
    const lines = [
      ...effectsOf(placed).map((path) => `import "${between(module.path, path)}";`),
      ...(isKept(placed) ? [`import ${from};`] : []),
      ...(own.length === 0 ? [] : [`export { ${own.join(", ")} } from ${from};`]),
      ...[...passed].map(([path, listed]) => `export { ${listed.join(", ")} } from "${between(module.path, path)}";`),
    ];
    return `${lines.join("\n")}\nexport {};\n`;
  }

  /** The script of an earlier part that a module is evaluated in, if it exports nothing. */
  #wholeScriptOf(path: string, importing: number): string | null {
    const placed = this.#placed.get(`${this.#root}/${path}`);
    if (placed === undefined || placed.part >= importing || placed.names.size > 0 || !isKept(placed)) return null;
    return placed.module.format === "commonjs" ? null : this.#nameOf(placed.part, placed.script);
  }

  #nameOf(part: number, script: number): string {
    return `package-${this.#input.key}-${part}-${script}.js`;
  }

  /** Writes the entries of a part, one for each script, and returns their paths. */
  #entriesOf(part: number): string[] {
    const { files } = this.#input.project;
    const lines = new Map<string, string[]>();
    for (const { id, part: own, script, module } of this.#placed.values()) {
      const used = this.#used.get(id);
      if (own !== part || used === undefined) continue;
      const path = `${files.root}/${ENTRIES}${this.#nameOf(part, script)}`;
      const known = lines.get(path) ?? [];
      lines.set(path, known);
      const from = JSON.stringify(module.path);
      const listed = [...used].sort().map((name) => `${name} as ${nameInPart(id, name)}`);
      if (module.format === "commonjs")
        known.push(`const ${nameInPart(id, "")} = require(${from});\nexport { ${nameInPart(id, "")} };`);
      else known.push(listed.length === 0 ? `import ${from};` : `export { ${listed.join(", ")} } from ${from};`);
    }
    for (const [path, code] of lines) files.put(path, code.join("\n"));
    return [...lines.keys()];
  }

  /** Notes which names of earlier parts a part's scripts use, and takes the others out of their imports. */
  #learnUses({ outputFiles, metafile }: Built): void {
    for (const file of outputFiles) {
      const text = file.path.endsWith(".js") ? file.text : "";
      if (!text.includes(PART)) continue;
      const { code, used } = withUsedImports(text);
      file.contents = new TextEncoder().encode(code);
      for (const { id, name } of used) this.#use(id, name === "" ? null : name);
    }
    for (const path of Object.keys(metafile.inputs)) {
      const placed = this.#placed.get(`${this.#root}/${path}`);
      if (placed !== undefined && isKept(placed)) this.#use(placed.id, null);
    }
  }

  /** Leaves the stand-ins out of a bundle's inputs. */
  #withOwnInputs({ metafile, ...built }: Built, part: number): Built {
    const isOwn = (path: string): boolean => (this.#placed.get(`${this.#root}/${path}`)?.part ?? part) === part;
    const inputs = Object.fromEntries(Object.entries(metafile.inputs).filter(([path]) => isOwn(path)));
    return { ...built, metafile: { ...metafile, inputs } };
  }

  /** Notes imports of modules that the lexer has not found, or not as an import of that part. */
  #learnImports({ metafile }: Built, part: number): void {
    for (const [name, { imports, format }] of Object.entries(metafile.inputs)) {
      const importer = this.#placed.get(`${this.#root}/${name}`);
      if (importer !== undefined && importer.part < part) {
        this.#isMisread ||= importer.module.format === "commonjs" && format !== "cjs";
        continue;
      }
      for (const { path } of imports) {
        const target = `${this.#root}/${path}`;
        if (PACKAGE_SCRIPT.test(path) && !this.#isKnown(target, part))
          this.#unknown.push({ importer: importer?.module.path ?? "", path: target });
      }
    }
  }

  /** Whether a module may be in a part: as itself or as a stand-in. */
  #isKnown(path: string, part: number): boolean {
    const placed = this.#placed.get(path);
    return placed === undefined ? part === this.#last + 1 && this.#graph.modules.has(path) : placed.part <= part;
  }

  #use(id: number, name: string | null): void {
    const known = this.#used.get(id) ?? new Set<string>();
    if (name !== null) known.add(name);
    this.#used.set(id, known);
  }
}

/** A script of a package from the working folder. */
const PACKAGE_SCRIPT = /^node_modules\/.*\.[cm]?js$/;
