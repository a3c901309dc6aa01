/** The requested form of a file, by the query of an import's specifier. */
export type ImportQuery =
  /** The module itself. `unknown` has the names that no known plugin defines; Vite ignores them. */
  | { kind: "module"; unknown: string[] }
  /** The file's text. */
  | { kind: "raw" }
  /** The file's URL; `inline` allows or requires a `data:` URL. */
  | { kind: "url"; inline: "auto" | "always" | "never" }
  /** For a style sheet its text, without adding it to the page; for any other file a `data:` URL. */
  | { kind: "inline" }
  /** A class that starts a worker, or the worker's address. */
  | { kind: "worker"; isShared: boolean; as: "class" | "inline-class" | "address" }
  /** The address of a worker that `new Worker(new URL(…))` names (`transformModule`). */
  | { kind: "worker-file"; type: "module" | "classic" }
  /** A component made of an SVG, for React (vite-plugin-svgr) or for the app's framework. */
  | { kind: "component"; framework: "react" | null }
  /** A function that instantiates a WebAssembly module. */
  | { kind: "wasm-init" }
  /** A script or a style of a page (`readPage`). */
  | { kind: "inline-module"; index: number }
  | { kind: "inline-style"; index: number };

/** An import's specifier without its query, and the parsed query. */
export type SuffixedImport = { path: string; query: ImportQuery };

/** Names without a meaning for the import: cache versions, and instance markers of tools. */
const MEANINGLESS = new Set([
  "v",
  "t",
  "import",
  "used",
  "direct",
  "lang",
  "vue",
  "type",
  "index",
  "src",
  "scoped",
  "id",
  "svelte",
]);

/** Parses a specifier such as `./logo.svg?react`. A `#` starts no query: it may be a package's subpath import. */
export function parseSuffix(specifier: string): SuffixedImport {
  const mark = specifier.indexOf("?");
  if (mark < 0) return { path: specifier, query: { kind: "module", unknown: [] } };
  const query = new URLSearchParams(specifier.slice(mark + 1).replace(/#.*$/, ""));
  return { path: specifier.slice(0, mark), query: queryOf(query) };
}

function queryOf(query: URLSearchParams): ImportQuery {
  const isShared = query.has("sharedworker");
  if (query.has("inline-module")) return { kind: "inline-module", index: Number(query.get("inline-module")) };
  if (query.has("inline-style")) return { kind: "inline-style", index: Number(query.get("inline-style")) };
  if (query.has("worker_file"))
    return { kind: "worker-file", type: query.get("type") === "module" ? "module" : "classic" };
  if (query.has("worker") || isShared) return { kind: "worker", isShared, as: workerForm(query) };
  // As in Vite, the text wins over the address.
  if (query.has("raw")) return { kind: "raw" };
  if (query.has("url")) return { kind: "url", inline: inlining(query) };
  if (query.has("init")) return { kind: "wasm-init" };
  if (query.has("react")) return { kind: "component", framework: "react" };
  if (["component", "component-solid", "solid", "skipsvgo"].some((name) => query.has(name)))
    return { kind: "component", framework: null };
  if (query.has("inline")) return { kind: "inline" };
  if (query.has("no-inline")) return { kind: "url", inline: "never" };
  return {
    kind: "module",
    unknown: [...query.keys()].filter((name) => !MEANINGLESS.has(name) && !name.startsWith("lang.")),
  };
}

function workerForm(query: URLSearchParams): "class" | "inline-class" | "address" {
  if (query.has("url")) return "address";
  return query.has("inline") ? "inline-class" : "class";
}

function inlining(query: URLSearchParams): "auto" | "always" | "never" {
  if (query.has("no-inline")) return "never";
  return query.has("inline") ? "always" : "auto";
}

/** Returns the source of the module for `?worker`: a class that constructs the worker. */
export function workerModule(address: string, isShared: boolean, type: "module" | "classic"): string {
  const options = type === "module" ? '{ type: "module", name: options?.name }' : "{ name: options?.name }";
  return `export default function WorkerWrapper(options) {
  return new ${isShared ? "SharedWorker" : "Worker"}(new URL(${JSON.stringify(address)}, import.meta.url), ${options});
}
`;
}

/**
 * Returns the source of the module for `?init`: a function from the imports of a WebAssembly module to its instance.
 */
export function wasmInit(address: string): string {
  return `export default async function init(imports = {}) {
  const response = await fetch(new URL(${JSON.stringify(address)}, import.meta.url));
  const isWasm = (response.headers.get("Content-Type") ?? "").startsWith("application/wasm");
  const { instance } = isWasm
    ? await WebAssembly.instantiateStreaming(response, imports)
    : await WebAssembly.instantiate(await response.arrayBuffer(), imports);
  return instance;
}
`;
}
