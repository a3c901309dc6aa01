import type { Built } from "../engine/esbuild.ts";
import type { MountedProject } from "../engine/mounted-project.ts";
import { markedModules, replaceMarks } from "../packages/module-address.ts";
import { type Asset, hashOf, toAsset } from "./assets.ts";
import { contentTypeOf } from "./content-type.ts";
import type { WorkerEntry } from "./expand-modules.ts";
import { normalize } from "./paths.ts";

/** `scripts`: the bundled scripts that look for files elsewhere now, by their path in the bundle. */
export type BesidePackages = { assets: Asset[]; scripts: Map<string, Uint8Array> };

/** Bundles a package's script, by its absolute path, into one script; null when it cannot be built. */
export type ScriptBundler = (path: string, type: WorkerEntry["type"]) => Promise<Built | null>;

const PACKAGES = "node_modules/";
/** A file that a module starts or loads by `new URL(…, import.meta.url)`, with the options of a worker. */
const ADDRESS =
  /(new\s+(?:Shared)?Worker\(\s*)?new\s+URL\(\s*["'`]([^"'`$\n?#:]+)[^"'`\n]*["'`]\s*,\s*import\.meta\.[\w$]+\s*,?\s*\)(?:\.href)?(\s*,\s*\{[^}]*\})?/g;
/** A relative address in a package's code that a module may load at run time. */
const NAMED = /["'`]((?:\.{1,2}\/)*[\w@.-]+(?:\/[\w@.-]+)*\.(?:[cm]?js|wasm|json|data|bin))["'`]/g;
const SCRIPT = /\.[cm]?js$/;
const EXTENSIONS = ["", ".js", ".mjs"];
const HAS_IMPORTS = /(?:^|[;}\s])(?:import\s*["'{*\w$]|import\s*\(\s*["'`]\.|export\s*(?:\*|\{[^}]*\}\s*from\b))/;

/**
 * Serves the files that modules of packages load by relative addresses, such as maplibre-gl's worker, which a bundle would lose. The files
 * keep their paths below a folder with a content hash, and the address of a module is its own path there. A script that imports others is
 * bundled with them.
 * @param base address below which they are served
 */
export async function besidePackages(
  { outputFiles, metafile }: Built,
  project: MountedProject,
  base: string,
  bundle: ScriptBundler,
): Promise<BesidePackages> {
  const scripts = outputFiles.filter(({ path }) => path.endsWith(".js"));
  const marked = new Set(scripts.flatMap(({ text }) => [...markedModules(text)]));
  const beside = new FilesBeside(project, bundle);
  await beside.addFilesOf(marked, new Set(Object.keys(metafile.inputs)));
  const hash = (await hashOf(JSON.stringify(await Promise.all([...beside.files.values()].map(hashOf))))).slice(0, 8);
  const found: BesidePackages = { assets: [], scripts: new Map() };
  for (const [path, content] of beside.files) {
    const moved = typeof content === "string" ? beside.withAddresses(content, path) : content;
    const asset = await toAsset(`${base}beside-${hash}/${path}`, moved);
    // An address may leave out a script's extension.
    found.assets.push({ ...asset, contentType: contentTypeOf(beside.sourceOf(path)) });
  }
  for (const [name, content] of beside.assets) found.assets.push(await toAsset(base + name, content));
  if (marked.size === 0) return found;
  for (const { path, text } of scripts) {
    const moved = beside.withAddresses(text, "", `beside-${hash}/`);
    if (moved !== text) found.scripts.set(path, new TextEncoder().encode(moved));
  }
  return found;
}

/** The files that modules of packages name, with those that scripts among them name. */
class FilesBeside {
  /** By path below the folder of packages. Scripts have marks for the addresses of modules. */
  readonly files = new Map<string, Uint8Array | string>();
  /** Files that bundled scripts import, by name. */
  readonly assets = new Map<string, Uint8Array>();
  readonly #sources = new Map<string, string>();
  /** The modules that name files. */
  readonly #naming = new Set<string>();
  readonly #project: MountedProject;
  readonly #bundle: ScriptBundler;

  constructor(project: MountedProject, bundle: ScriptBundler) {
    this.#project = project;
    this.#bundle = bundle;
  }

  /**
   * Adds the files that modules name.
   * @param bundled paths of the modules that are in the same bundle, and need not be served
   */
  async addFilesOf(modules: Iterable<string>, bundled: ReadonlySet<string>): Promise<void> {
    for (const module of modules) {
      const code = (await this.#project.files.readText(`${this.#project.files.root}/${module}`)) ?? "";
      for (const { name, type } of namesIn(code)) await this.#add(module, name, { type, bundled });
    }
  }

  /** The path of the file that is served at a path. */
  sourceOf(path: string): string {
    return this.#sources.get(path) ?? path;
  }

  /**
   * Returns a script in which each module of a package has its own address.
   * @param path of the script below the folder of packages, `folder` where that folder is from the script's
   */
  withAddresses(content: string, path: string, folder = "../".repeat(path.split("/").length - 1)): string {
    return replaceMarks(content, (module, own) => {
      const mirrored = module.slice(PACKAGES.length);
      if (!this.#naming.has(module) || mirrored === path) return own;
      return `new URL(${JSON.stringify(folder + mirrored)},${own}).href`;
    });
  }

  async #add(
    module: string,
    name: string,
    { type, bundled }: { type: WorkerEntry["type"] | null; bundled: ReadonlySet<string> },
  ): Promise<void> {
    const named = normalize(`${module}/../${name}`);
    if (!named.startsWith(PACKAGES)) return;
    const { files } = this.#project;
    for (const source of EXTENSIONS.map((extension) => named + extension)) {
      if (type === null && bundled.has(source)) return;
      const content = await files.read(`${files.root}/${source}`);
      if (content === null) continue;
      this.#naming.add(module);
      const path = named.slice(PACKAGES.length);
      if (this.files.has(path)) return;
      this.#sources.set(path, source);
      if (SCRIPT.test(source)) await this.#addScript(path, source, { code: new TextDecoder().decode(content), type });
      else this.files.set(path, content);
      return;
    }
  }

  async #addScript(
    path: string,
    source: string,
    { code, type }: { code: string; type: WorkerEntry["type"] | null },
  ): Promise<void> {
    this.files.set(path, code);
    const { files } = this.#project;
    const built = HAS_IMPORTS.test(code) ? await this.#bundle(`${files.root}/${source}`, type ?? "module") : null;
    // A script that cannot be built may be one that no browser loads; it is served as the package has it.
    if (built === null) return this.addFilesOf([source], new Set());
    for (const { path: output, text, contents } of built.outputFiles) {
      if (output.endsWith(".js")) {
        this.files.set(path, text);
        await this.addFilesOf(markedModules(text), new Set(Object.keys(built.metafile.inputs)));
      } else if (!output.endsWith(".map")) this.assets.set(output.slice(output.lastIndexOf("/") + 1), contents);
    }
  }
}

type Named = { name: string; type: WorkerEntry["type"] | null };

/** Lists the relative addresses in a module's code; `type` is that of the script that the module certainly loads. */
function namesIn(code: string): Named[] {
  const found = new Map<string, Named>();
  for (const [, worker, name = "", options = ""] of code.matchAll(ADDRESS)) {
    const isModule = worker === undefined || /\btype\s*:\s*["'`]module/.test(options);
    if (!name.startsWith("/")) found.set(name, { name, type: isModule ? "module" : "classic" });
  }
  for (const [, name = ""] of code.matchAll(NAMED)) if (!found.has(name)) found.set(name, { name, type: null });
  return [...found.values()];
}
