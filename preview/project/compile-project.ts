import type { BuildReport, Diagnostic } from "../../worker/contract/preview-rpc.ts";
import { type Bundled, bundle, type Mode } from "../engine/bundle.ts";
import { type MountedProject, mountProject } from "../engine/mounted-project.ts";
import type { Installation } from "../packages/install-packages.ts";
import { clientAssets } from "./client-assets.ts";
import { contentTypeOf } from "./content-type.ts";
import { entriesOf, linkEntries, placeEntryDiagnostic, uncompiledStylesOf } from "./html-pages.ts";
import { type Jsx, jsxOf } from "./jsx.ts";
import type { Manifest } from "./manifest.ts";
import { readText, type SourceFiles } from "./source-files.ts";
import { staticFiles } from "./static-files.ts";
import { emittingOptions, extendedPackages, readTsconfig, type Tsconfig } from "./tsconfig.ts";

/** A file of the running app as it is sent. `address` starts with `/`. */
export type Asset = { address: string; contentType: string; etag: string; body: Uint8Array };

/** The app's server: one module. `id` is a hash of it, so the same id always means the same code. */
export type ServerCode = { id: string; script: string; sourceMap: string; hasApp: boolean };

export type CompiledApp = { report: BuildReport; assets: Asset[]; server: ServerCode | null };

/** Where what was built lives on the preview's origin; each name carries a hash of the content. */
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
  installation: Installation,
  mode: Mode,
): Promise<CompiledApp> {
  const pages = [...files.keys()].filter((path) => path.endsWith(".html") && readText(files, path) !== null);
  const serverEntry = SERVERS.find((path) => files.has(path));
  if (pages.length === 0 && serverEntry === undefined) return failed([nothingToRun(files)]);
  const tsconfig = readTsconfig(files, await installation.installed(extendedPackages(files)));
  const project = mountProject(files, {
    root: "",
    publicFolder: "public",
    compilerOptions: bundlerOptions(tsconfig, jsxOf(tsconfig, manifest), files),
    packages: installation.packages,
    filesOf: installation.filesOf,
  });
  try {
    const compiler = new Compiler({ files, project, installation, mode });
    compiler.diagnostics.push(...tsconfig.diagnostics);
    return await compiler.compile(pages, serverEntry);
  } finally {
    project.release();
  }
}

/** A build that gave nothing to run. */
export function failed(diagnostics: Diagnostic[]): CompiledApp {
  return { report: { ok: false, diagnostics }, assets: [], server: null };
}

type Compiling = { files: SourceFiles; project: MountedProject; installation: Installation; mode: Mode };

class Compiler {
  readonly diagnostics: Diagnostic[] = [];
  readonly #means: Compiling;

  constructor(means: Compiling) {
    this.#means = means;
  }

  async compile(pages: string[], serverEntry: string | undefined): Promise<CompiledApp> {
    const { files } = this.#means;
    const { assets, linked } = await this.#client(pages);
    const server = serverEntry === undefined ? null : await this.#server(serverEntry);
    const served = new Map<string, string | Uint8Array>([...staticFiles(files), ...linked]);
    for (const [address, content] of served) assets.push(await toAsset(address, content));
    const ok = !this.diagnostics.some(({ severity }) => severity === "error");
    if (!ok) return failed(this.diagnostics);
    return { report: { ok, diagnostics: this.diagnostics }, assets, server };
  }

  /** Builds the entries of all pages together, so that they share what they have in common, and links the pages to them. */
  async #client(pages: string[]): Promise<{ assets: Asset[]; linked: Map<string, string> }> {
    const { files, project } = this.#means;
    const entriesByPage = await Promise.all(pages.map((page) => entriesOf(page, this.#text(page))));
    const entries = [...new Set(entriesByPage.flat())];
    const existing = entries.filter((entry) => files.has(entry));
    for (const entry of entries.filter((entry) => !files.has(entry))) {
      const page = pages[entriesByPage.findIndex((list) => list.includes(entry))] ?? "";
      const message = `Cannot find "${entry}": there is no file ${entry} in the project.`;
      const diagnostic = { path: "", line: 0, column: 0, severity: "error" as const, message };
      this.diagnostics.push(placeEntryDiagnostic(diagnostic, page, this.#text(page), entry));
    }
    const bundled = existing.length === 0 ? null : await this.#bundle(existing.map(project.at), "client");
    const { assets, links } = await clientAssets(bundled?.built ?? null, project, BUILT);
    const linked = new Map<string, string>();
    for (const page of pages) {
      this.diagnostics.push(...(await uncompiledStylesOf(page, this.#text(page))));
      linked.set(`/${page.replace(/^public\//, "")}`, await linkEntries(page, this.#text(page), links));
    }
    return { assets, linked };
  }

  async #server(entry: string): Promise<ServerCode | null> {
    const { built } = await this.#bundle([this.#means.project.at(entry)], "server");
    if (built === null) return null;
    const script = built.outputFiles.find(({ path }) => path.endsWith(".js"))?.text ?? "";
    const sourceMap = built.outputFiles.find(({ path }) => path.endsWith(".js.map"))?.text ?? "";
    const exported = Object.values(built.metafile.outputs).flatMap((output) => output.exports);
    const hasApp = exported.includes("App");
    if (!hasApp && !exported.includes("default")) {
      const message = 'The server exports neither a Durable Object class "App" nor a default object with fetch().';
      this.diagnostics.push({ path: entry, line: 0, column: 0, severity: "error", message });
    }
    return { id: await hashOf(script), script, sourceMap: ownSources(sourceMap, this.#means.project), hasApp };
  }

  async #bundle(entries: string[], side: "client" | "server"): Promise<Bundled> {
    const { project, installation, mode } = this.#means;
    const isDevelopment = mode === "development";
    const environment = { MODE: mode, BASE_URL: "/", DEV: isDevelopment, PROD: !isDevelopment, SSR: side === "server" };
    const bundled = await bundle(project, {
      side,
      mode,
      entries,
      publicPath: BUILT,
      define: { "process.env.NODE_ENV": JSON.stringify(mode), "import.meta.env": JSON.stringify(environment) },
      missing: installation.missing,
    });
    this.diagnostics.push(...bundled.diagnostics);
    return bundled;
  }

  #text(path: string): string {
    return readText(this.#means.files, path) ?? "";
  }
}

/** What of the project's options esbuild reads, for all of its files: JSX, the code that comes out, and import patterns. */
function bundlerOptions(tsconfig: Tsconfig, jsx: Jsx, files: SourceFiles): Record<string, unknown> {
  const inSrc = [...files.keys()].some((path) => path.startsWith("src/"));
  const patterns = { ...(inSrc && { "@/*": ["src/*"] }), ...tsconfig.paths };
  const paths = Object.entries(patterns).map(([pattern, targets]) => [
    pattern,
    targets.map((target) => (target.startsWith("node_modules/") ? `../${target}` : `./${target}`)),
  ]);
  return { ...emittingOptions(tsconfig), ...jsxOptions(jsx), paths: Object.fromEntries(paths) };
}

function jsxOptions(jsx: Jsx): Record<string, unknown> {
  if (jsx.runtime === "automatic") return { jsx: "react-jsx", jsxImportSource: jsx.importSource };
  return { jsx: "react", jsxFactory: jsx.factory, jsxFragmentFactory: jsx.fragment };
}

/** A source map whose sources are named from the project's root. */
export function ownSources(json: string, { projectFolder }: MountedProject): string {
  if (json === "") return json;
  const map = JSON.parse(json) as { sources: string[] };
  const named = (source: string) => {
    const path = source.replace(/^(\.\.\/)+/, "");
    return path.startsWith(projectFolder) ? path.slice(projectFolder.length) : path;
  };
  return JSON.stringify({ ...map, sources: map.sources.map(named) });
}

export async function toAsset(address: string, content: string | Uint8Array): Promise<Asset> {
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
