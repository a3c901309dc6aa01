import type { BuildReport, Diagnostic } from "../../worker/contract/preview-rpc.ts";
import { type Bundle, bundle, contentTypeOf } from "../build.ts";
import type { InstalledPackages } from "../packages/installed-packages.ts";
import { type BuiltEntry, entriesOf, linkEntries, placeEntryDiagnostic, uncompiledStylesOf } from "./html-pages.ts";
import { jsxOf } from "./jsx.ts";
import type { Manifest } from "./manifest.ts";
import { modulePlugin } from "./module-plugin.ts";
import type { Side } from "./resolve-import.ts";
import { readText, type SourceFiles } from "./source-files.ts";
import { staticFiles } from "./static-files.ts";
import { emittingOptions, readTsconfig, type Tsconfig } from "./tsconfig.ts";

/** A file of the running app as it is sent. `address` starts with `/`. */
export type Asset = { address: string; contentType: string; etag: string; body: Uint8Array };

/** The app's server: one module. `id` is a hash of it, so the same id always means the same code. */
export type ServerCode = { id: string; script: string; sourceMap: string; hasApp: boolean };

export type CompiledApp = { report: BuildReport; assets: Asset[]; server: ServerCode | null };

/** Where what was built lives on the preview's origin; the name carries a hash of the content. */
export const BUILT = "/__edgesmith/built/";

const SERVERS = [
  "src/server.ts",
  "src/server.tsx",
  "src/server.js",
  "src/server.jsx",
  "src/server.mts",
  "src/server.mjs",
];

/** Builds a project: its pages with their client bundles, its static files, and its server. */
export async function compileProject(
  files: SourceFiles,
  manifest: Manifest,
  packages: InstalledPackages,
): Promise<CompiledApp> {
  const compiler = new Compiler(files, manifest, packages);
  const pages = [...files.keys()].filter((path) => path.endsWith(".html") && readText(files, path) !== null);
  const serverEntry = SERVERS.find((path) => files.has(path));
  if (pages.length === 0 && serverEntry === undefined) return failed([nothingToRun(files)]);
  const { assets, linked } = await compiler.client(pages);
  const server = serverEntry === undefined ? null : await compiler.server(serverEntry);
  const served = new Map<string, string | Uint8Array>([...staticFiles(files), ...linked]);
  for (const [address, content] of served) assets.push(await toAsset(address, content));
  const ok = !compiler.diagnostics.some(({ severity }) => severity === "error");
  if (!ok) return failed(compiler.diagnostics);
  return { report: { ok, diagnostics: compiler.diagnostics }, assets, server };
}

/** A build that gave nothing to run. */
export function failed(diagnostics: Diagnostic[]): CompiledApp {
  return { report: { ok: false, diagnostics }, assets: [], server: null };
}

class Compiler {
  readonly diagnostics: Diagnostic[] = [];
  readonly #files: SourceFiles;
  readonly #manifest: Manifest;
  readonly #packages: InstalledPackages;
  readonly #tsconfig: Tsconfig;

  constructor(files: SourceFiles, manifest: Manifest, packages: InstalledPackages) {
    this.#files = files;
    this.#manifest = manifest;
    this.#packages = packages;
    this.#tsconfig = readTsconfig(files, packages);
    this.diagnostics.push(...this.#tsconfig.diagnostics);
  }

  /** Builds each entry the pages name, once, and links the pages to what was built. */
  async client(pages: string[]): Promise<{ assets: Asset[]; linked: Map<string, string> }> {
    const entriesByPage = await Promise.all(pages.map((page) => entriesOf(page, this.#text(page))));
    const assets: Asset[] = [];
    const built = new Map<string, BuiltEntry>();
    for (const entry of new Set(entriesByPage.flat())) {
      const page = pages.find((_, index) => entriesByPage[index]?.includes(entry)) ?? "";
      const bundled = await this.#bundle(entry, "client", page);
      if (bundled === null) continue;
      const { entryAssets, links } = await emit(entry, bundled);
      assets.push(...entryAssets);
      built.set(entry, links);
    }
    const linked = new Map<string, string>();
    for (const page of pages) {
      this.diagnostics.push(...(await uncompiledStylesOf(page, this.#text(page))));
      linked.set(`/${page.replace(/^public\//, "")}`, await linkEntries(page, this.#text(page), built));
    }
    return { assets, linked };
  }

  async server(entry: string): Promise<ServerCode | null> {
    const bundled = await this.#bundle(entry, "server");
    if (bundled === null) return null;
    const hasApp = bundled.exports.includes("App");
    if (!hasApp && !bundled.exports.includes("default")) {
      const message = 'The server exports neither a Durable Object class "App" nor a default object with fetch().';
      this.diagnostics.push({ path: entry, line: 0, column: 0, severity: "error", message });
    }
    const id = await hashOf(bundled.script);
    return { id, script: bundled.script, sourceMap: bundled.sourceMap, hasApp };
  }

  /** @param page the page that names the entry; none for a server */
  async #bundle(entry: string, side: Side, page = ""): Promise<Bundle | null> {
    const environment = { MODE: "development", BASE_URL: "/", DEV: true, PROD: false, SSR: side === "server" };
    const { bundle: bundled, diagnostics } = await bundle({
      entry,
      modules: modulePlugin(side, { files: this.#files, packages: this.#packages, paths: this.#tsconfig.paths }),
      define: { "process.env.NODE_ENV": '"development"', "import.meta.env": JSON.stringify(environment) },
      jsx: jsxOf(this.#tsconfig, this.#manifest),
      compilerOptions: emittingOptions(this.#tsconfig),
    });
    // What a package's own code draws as a warning is no news to the one who writes the app.
    const own = diagnostics.filter((x) => x.severity === "error" || !x.path.startsWith("node_modules/"));
    this.diagnostics.push(
      ...own.map((x) => (page === "" ? x : placeEntryDiagnostic(x, page, this.#text(page), entry))),
    );
    return bundled;
  }

  #text(path: string): string {
    return readText(this.#files, path) ?? "";
  }
}

async function emit(entry: string, bundled: Bundle): Promise<{ entryAssets: Asset[]; links: BuiltEntry }> {
  const name = entry.replace(/^.*\//, "").replace(/\.[^.]*$/, "");
  const base = `${BUILT}${name}-${(await hashOf(bundled.script + (bundled.css ?? ""))).slice(0, 12)}`;
  const script = `${bundled.script}\n//# sourceMappingURL=${base.slice(BUILT.length)}.js.map`;
  const entryAssets = [await toAsset(`${base}.js`, script), await toAsset(`${base}.js.map`, bundled.sourceMap)];
  if (bundled.css !== null) entryAssets.push(await toAsset(`${base}.css`, bundled.css));
  return { entryAssets, links: { script: `${base}.js`, style: bundled.css === null ? null : `${base}.css` } };
}

async function toAsset(address: string, content: string | Uint8Array): Promise<Asset> {
  const body = typeof content === "string" ? new TextEncoder().encode(content) : content;
  return { address, contentType: contentTypeOf(address), etag: (await hashOf(body)).slice(0, 32), body };
}

async function hashOf(content: string | Uint8Array): Promise<string> {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : new Uint8Array(content);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function nothingToRun(files: SourceFiles): Diagnostic {
  const message =
    files.size === 0
      ? "The project has no files yet. Describe the app in the chat and it will appear here."
      : "There is neither an index.html nor a src/server.ts, so there is nothing to show yet.";
  return { path: "index.html", line: 0, column: 0, severity: "error", message };
}
