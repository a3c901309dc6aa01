import type { Diagnostic } from "../../worker/contract/preview-rpc.ts";
import type { Bundled } from "../engine/bundle.ts";
import { minifyScript, minifySheet } from "../engine/esbuild.ts";
import type { MountedProject } from "../engine/mounted-project.ts";
import { NODE_GLOBALS } from "../packages/node-polyfills.ts";
import { fillTemplate, type PageParts, pagesOf, readPage, replacePlaceholders, writePage } from "../vite/index.ts";
import { type Asset, BUILT, hashOf } from "./assets.ts";
import { bundleInParts } from "./bundle-in-parts.ts";
import { type BuiltEntry, clientAssets } from "./client-assets.ts";
import type { Compiling } from "./compiling.ts";
import { type DependencyBundle, makeRoom } from "./dependency-bundle.ts";
import { withPlaces } from "./html-places.ts";
import type { PartMinifier } from "./minify-parts.ts";
import { APART, type PackageUse, usesBySpecifier, usesIn } from "./package-imports.ts";
import { normalize } from "./paths.ts";
import { placeOf } from "./place-of.ts";
import { putServerSources, type ServerSource } from "./server-entries.ts";
import { serverPackages } from "./server-packages.ts";
import { readText } from "./source-files.ts";

/** Where a page names files of packages; modules import them by the package's name. */
const PACKAGES = "node_modules/";

type Page = { path: string; html: string; parts: PageParts };

/** The built pages: their files, and the pages by address. */
export type ClientBuild = {
  assets: Asset[];
  /** Source maps that are stored, but not served. */
  maps: Asset[];
  pages: Map<string, string>;
  /** The addresses of the built pages and of the files that they load first. */
  loaded: Set<string>;
  /** The sources that the server's pages name, as they are built. */
  ofServer: ServerSource[];
  diagnostics: Diagnostic[];
};

/** The pages of an app as they are in the project. */
export const pagePaths = ({ files, settings }: Pick<Compiling, "files" | "settings">): Promise<string[]> =>
  pagesOf(files, settings.vite);

/** Builds all pages together, so that they share chunks, and links each to its output. */
export async function buildClient(compiling: Compiling): Promise<ClientBuild> {
  const { project, files } = compiling;
  const diagnostics: Diagnostic[] = [];
  const pages: Page[] = [];
  for (const path of await pagePaths(compiling)) pages.push(await readProjectPage(path, compiling, diagnostics));
  const entries = new Map<Page, string>();
  for (const [index, page] of pages.entries()) {
    diagnostics.push(...missingEntries(page, compiling));
    const entry = putEntry(page, index, compiling);
    if (entry !== null) entries.set(page, entry);
  }
  const named = putServerSources(compiling);
  const modules = [...entries.values(), ...named.map(({ entry }) => entry)];
  const inBuild = (entry: string): string => entry.slice(project.files.root.length + 1);
  const { bundled, dependencies } = await bundlePages(modules, compiling);
  diagnostics.push(...(bundled?.diagnostics ?? []).map((diagnostic) => placeInPage(diagnostic, pages)));
  diagnostics.push(...serverPackages(bundled?.built?.metafile.inputs ?? {}, project));
  const areMapsPrivate = compiling.mode === "production";
  const made = await clientAssets(bundled?.built ?? null, project, BUILT, {
    bundleScript: compiling.bundleScript,
    dependencies,
    areMapsPrivate,
    hot: areMapsPrivate ? null : "app",
    pages: { entries: modules.map(inBuild), bundle: compiling.bundleSheets },
    minifying: bundled?.minifyFor ? { runner: compiling.runner, target: bundled.minifyFor } : null,
  });
  const { assets, maps, links } = made;
  const linkOf = (entry: string) => links.get(inBuild(entry));
  const written = new Map<string, string>();
  const loaded = new Set<string>();
  for (const page of pages) {
    const link = linkOf(entries.get(page) ?? "");
    const address = addressOfPage(page.path, compiling);
    written.set(address, await linkPage(page, link, compiling));
    for (const one of [address, ...(link === undefined ? [] : [link.script, ...link.preloads, ...link.styles])])
      loaded.add(one);
  }
  for (const [path, html] of untouchedPages(files, pages, compiling)) written.set(path, html);
  const ofServer = named.map((source) => ({ ...source, link: withAllStyles(linkOf(source.entry)) }));
  return { assets, maps, pages: written, loaded, ofServer, diagnostics };
}

/** The pages that a server writes name no style sheets of later code, so they link them from the beginning. */
function withAllStyles(link: BuiltEntry | undefined): BuiltEntry | undefined {
  return link && { ...link, styles: [...link.styles, ...link.late.map(({ address }) => address)], late: [] };
}

/**
 * Bundles the pages' modules. A preview bundles without packages, which are built separately and cached. A publication
 * is one bundle; a first bundle finds the parts of packages that the app uses.
 */
async function bundlePages(
  entries: string[],
  compiling: Compiling,
): Promise<{ bundled: Bundled | null; dependencies: DependencyBundle | null }> {
  if (entries.length === 0) return { bundled: null, dependencies: null };
  const { packageModules, inseparable, project, mode } = compiling;
  if (packageModules.size > 0) {
    const bundled = await compiling.apart(() => compiling.bundle(entries, "client", { external: [`${APART}*`] }));
    if (bundled.built === null && failsByItself(bundled)) return { bundled, dependencies: null };
    const uses = hasAny(bundled, inseparable, project) ? null : usesOf(bundled, packageModules);
    if (uses !== null && mode === "production") {
      const key = await keyOf(compiling);
      const parts = { project, uses: usesBySpecifier(uses), mode, key, makeRoom, minifier: PART_MINIFIER };
      const bundleOf: Parameters<typeof bundleInParts>[2] = (of, options) => compiling.bundle(of, "client", options);
      return { bundled: await bundleInParts(entries, parts, bundleOf), dependencies: null };
    }
    const dependencies = uses === null ? null : await compiling.bundleDependencies(uses);
    if (dependencies !== null) {
      const diagnostics = [...bundled.diagnostics, ...dependencies.warnings];
      return { bundled: { ...bundled, diagnostics }, dependencies };
    }
  }
  return { bundled: await compiling.bundle(entries, "client", { minify: "later" }), dependencies: null };
}

const PART_MINIFIER: PartMinifier = {
  script: async (code, target) => (await minifyScript({ code, map: "" }, target)).code,
  sheet: minifySheet,
};

/** Part of the key of an app that is bundled in parts: raise it when the same app would be bundled into other parts. */
const PARTS = "4";

/** Identifies the app, its settings and its packages. */
async function keyOf({ files, versions, settings }: Compiling): Promise<string> {
  const hashes = await Promise.all([...files].map(async ([path, content]) => `${path} ${await hashOf(content)}`));
  return (await hashOf(JSON.stringify([PARTS, hashes, versions, settings.vite, settings.env]))).slice(0, 8);
}

/** Whether the app fails without its packages too, so that a bundle with them would only take longer. */
const failsByItself = ({ diagnostics }: Bundled): boolean =>
  diagnostics.every(
    ({ severity, message, path }) => severity === "warning" || (path !== "" && !message.includes(APART)),
  );

const hasAny = ({ built }: Bundled, paths: ReadonlySet<string>, { files }: MountedProject): boolean =>
  built !== null && Object.keys(built.metafile.inputs).some((path) => paths.has(`${files.root}/${path}`));

/** Returns the names that a bundle's scripts import of packages; null when the bundle failed. */
function usesOf({ built }: Bundled, modules: ReadonlySet<string>): Map<string, PackageUse> | null {
  if (built === null) return null;
  const uses = new Map<string, PackageUse>();
  for (const { path, text } of built.outputFiles) if (path.endsWith(".js")) usesIn(text, modules, uses);
  return uses;
}

async function readProjectPage(path: string, compiling: Compiling, diagnostics: Diagnostic[]): Promise<Page> {
  const { files, settings, mode } = compiling;
  const source = readText(files, path) ?? "";
  const { env, vite } = settings;
  const template = fillTemplate(path, source, { plugins: vite.plugins, env });
  const { html, warnings } = replacePlaceholders(path, template.html, env, {
    mode,
    base: vite.base,
    prefixes: vite.envPrefix,
  });
  const parts = await readPage(path, html, { files, settings: vite });
  diagnostics.push(...template.warnings, ...warnings);
  return { path, html, parts };
}

/** Returns a module that imports everything that a page loads, in the page's order; null for a page without modules. */
function putEntry({ path, parts }: Page, index: number, { project, files, hasNodeGlobals }: Compiling): string | null {
  const lines = parts.imports.flatMap((one) => {
    if (one.kind !== "inline-module") {
      if (one.path.startsWith(PACKAGES)) return [one.path.slice(PACKAGES.length)];
      return files.has(one.path) ? [project.at(one.path)] : [];
    }
    const inline = project.at(inlinePath(path, one.id));
    project.files.put(inline, one.code);
    return [inline];
  });
  if (lines.length === 0) return null;
  if (hasNodeGlobals) {
    const globals = `${project.files.root}/entries/node-globals.js`;
    project.files.put(globals, NODE_GLOBALS);
    lines.unshift(globals);
  }
  const name = path.slice(path.lastIndexOf("/") + 1).replace(/\.html$/, "");
  const entry = `${project.files.root}/entries/${index}/${name}.js`;
  project.files.put(entry, lines.map((line) => `import ${JSON.stringify(line)};\n`).join(""));
  return entry;
}

const inlinePath = (page: string, id: string): string => `${page}.inline-${/\d+$/.exec(id)?.[0] ?? "0"}.js`;

/** Reports the modules and style sheets that a page names and the project lacks. */
function missingEntries({ path, html, parts }: Page, { files }: Compiling): Diagnostic[] {
  return parts.imports.flatMap((one) => {
    if (one.kind === "inline-module" || one.path.startsWith(PACKAGES) || files.has(one.path)) return [];
    const message = `Cannot find "${one.address}": there is no file ${one.path} in the project.`;
    return [{ ...placeOf(path, html, one.address), severity: "error" as const, message }];
  });
}

/** Maps a position in an inline module to its page, and one in the generated entry to the page's reference. */
function placeInPage(diagnostic: Diagnostic, pages: Page[]): Diagnostic {
  const inline = /^(.*\.html)\.inline-(\d+)\.js$/.exec(diagnostic.path);
  if (inline !== null) {
    const page = pages.find(({ path }) => path === inline[1]);
    const part = page?.parts.imports.filter(({ kind }) => kind === "inline-module")[Number(inline[2])];
    const line = part?.kind === "inline-module" ? diagnostic.line + part.line - 1 : diagnostic.line;
    return { ...diagnostic, path: inline[1] ?? "", line };
  }
  const ours = /^entries\/(\d+)\//.exec(diagnostic.path)?.[1];
  const page = ours === undefined ? undefined : pages[Number(ours)];
  if (page === undefined) return diagnostic;
  const modules = page.parts.imports.filter((one) => one.kind !== "inline-module");
  const named = modules.find(({ path }) => diagnostic.message.includes(path)) ?? modules[0];
  return { ...diagnostic, ...placeOf(page.path, page.html, named?.address ?? "<script") };
}

function linkPage(
  { path, html, parts }: Page,
  link: BuiltEntry | undefined,
  { mode, rewritten }: Pick<Compiling, "mode" | "rewritten">,
): Promise<string> {
  return writePage(rewritten.has(path) ? html : placedIn(mode, path, html), parts, {
    script: link?.script ?? null,
    preload: link?.preloads ?? [],
    styles: link?.styles ?? [],
    late: link?.late ?? [],
    assets: new Map(),
    inlineStyles: [],
  });
}

/**
 * Serves HTML files that no page links to unchanged, when they are in the app's folder; their scripts are not built.
 */
function untouchedPages(files: Compiling["files"], pages: Page[], compiling: Compiling): [string, string][] {
  const built = new Set(pages.map(({ path }) => path));
  return [...files.keys()]
    .filter((path) => path.endsWith(".html") && !built.has(path) && isInApp(path, compiling))
    .map((path) => [addressOfPage(path, compiling), placedIn(compiling.mode, path, readText(files, path) ?? "")]);
}

/** A published page says nothing of its source. */
const placedIn = (mode: Compiling["mode"], path: string, html: string): string =>
  mode === "development" ? withPlaces(path, html) : html;

const isInApp = (path: string, { settings }: Compiling): boolean => {
  const { root, publicDir } = settings.vite;
  return (root === "" || path.startsWith(`${root}/`)) && !(publicDir !== null && path.startsWith(`${publicDir}/`));
};

function addressOfPage(path: string, { settings }: Compiling): string {
  const { root } = settings.vite;
  return `/${normalize(root === "" ? path : path.slice(root.length + 1))}`;
}
