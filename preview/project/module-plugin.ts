import type { Loader, OnLoadResult, OnResolveResult, PartialMessage, Plugin } from "esbuild";
import { moduleKindOf } from "./module-kinds.ts";
import { type ImportRequest, resolveImport, type Side, type Sources } from "./resolve-import.ts";
import { addressOf } from "./static-files.ts";
import { tailwindDirective, type UncompiledDirective } from "./tailwind.ts";

/** Suffixes of an import that say what is wanted of a file: its text, or its address. */
const SUFFIX = /\?([^#]*)$/;
const SUPPORTED_SUFFIXES = ["?raw", "?url"];

/** Lets esbuild find and read the modules of a project and of its packages; nothing else exists for it. */
export function modulePlugin(side: Side, sources: Sources): Plugin {
  return {
    name: "project-modules",
    setup(build) {
      build.onResolve({ filter: /.*/ }, ({ path, importer, kind, resolveDir }) => {
        const from = resolveDir === "" && importer === "" ? "" : importer;
        return resolve({ specifier: path, importer: from, kind }, side, sources);
      });
      build.onLoad({ filter: /.*/, namespace: "empty" }, () => ({ contents: "module.exports = {};", loader: "js" }));
      build.onLoad({ filter: /.*/, namespace: "project" }, ({ path, suffix }) => load(path, suffix, sources));
    },
  };
}

function resolve(request: ImportRequest, side: Side, sources: Sources): OnResolveResult {
  const { specifier, kind } = request;
  const resolution = resolveImport(request, side, sources);
  if ("external" in resolution) return { path: resolution.external, external: true };
  if ("empty" in resolution) return { path: resolution.empty, namespace: "empty", sideEffects: false };
  if ("missing" in resolution) return { errors: [{ text: resolution.missing }] };
  const { path } = resolution;
  if (kind === "url-token") return resolveUrl(path, specifier);
  const suffix = SUFFIX.exec(specifier)?.[0] ?? "";
  const complaint = complaintAbout(path, specifier, suffix);
  if (complaint !== null) return { errors: [{ text: complaint }] };
  // A style sheet is imported for what it does to the page, whatever its package says of its modules.
  const hasSideEffects = path.endsWith(".css") || sources.packages.hasSideEffects(path);
  return {
    path,
    namespace: "project",
    ...(suffix === "" ? {} : { suffix }),
    ...(hasSideEffects ? {} : { sideEffects: false }),
  };
}

/** A file that a style sheet names stays where it is served; a package's file goes into the style sheet. */
function resolveUrl(path: string, specifier: string): OnResolveResult {
  const address = addressOf(path);
  if (address === null) return { path, namespace: "project", suffix: "?url" };
  return { path: address + (/[?#].*$/.exec(specifier)?.[0] ?? ""), external: true };
}

function complaintAbout(path: string, specifier: string, suffix: string): string | null {
  if (SUPPORTED_SUFFIXES.includes(suffix)) return null;
  if (suffix !== "") {
    return `Cannot import "${specifier}": "${suffix}" is not supported here. ?raw gives a file's text and ?url its address.`;
  }
  const kind = moduleKindOf(path);
  return "unsupported" in kind ? `Cannot import "${specifier}". ${kind.unsupported}` : null;
}

function load(path: string, suffix: string, { files, packages }: Sources): OnLoadResult {
  const content = path.startsWith("node_modules/") ? packages.read(path) : files.get(path);
  if (content === null || content === undefined) return { errors: [{ text: `There is no file ${path}.` }] };
  if (suffix === "?raw") return { contents: content, loader: "text" };
  const kind = moduleKindOf(path);
  if (suffix === "?url" || !("loader" in kind)) return addressModule(path, content);
  const contents = withoutMark(content, kind.loader);
  const directive = kind.loader === "css" && typeof contents === "string" ? tailwindDirective(contents) : null;
  return directive === null ? { contents, loader: kind.loader } : { errors: [uncompiled(path, directive)] };
}

/** In a package's style sheet the place is where the app imports it. */
function uncompiled(path: string, { name, line, column, lineText }: UncompiledDirective): PartialMessage {
  const text = `There is no compiler for Tailwind CSS here, and "${name}" is a rule of it. Write plain CSS instead.`;
  if (path.startsWith("node_modules/")) return { text };
  return { text, location: { file: path, line, column, lineText, length: name.length } };
}

/** A byte order mark says nothing of a text, and would be a part of it. */
function withoutMark(content: string | Uint8Array, loader: Loader): string | Uint8Array {
  if (typeof content === "string") return content.replace(/^\uFEFF/, "");
  return ["json", "text", "css"].includes(loader) ? new TextDecoder().decode(content) : content;
}

/** An image or a font is served as it lies; to a script it is its address. */
function addressModule(path: string, content: string | Uint8Array): OnLoadResult {
  const address = addressOf(path);
  if (address === null || path.startsWith("node_modules/")) return { contents: content, loader: "dataurl" };
  return { contents: `export default ${JSON.stringify(address)};`, loader: "js" };
}
