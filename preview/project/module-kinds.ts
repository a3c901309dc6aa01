import type { Loader } from "esbuild-wasm";

/** How a bundle treats a file: compiles it, returns its address, or reports it as unsupported. */
export type ModuleKind = { loader: Loader } | { asset: true } | { unsupported: string };

const LOADERS: Record<string, Loader> = {
  ts: "ts",
  mts: "ts",
  cts: "ts",
  tsx: "tsx",
  js: "jsx",
  mjs: "js",
  cjs: "js",
  jsx: "jsx",
  json: "json",
  css: "css",
  pcss: "css",
  postcss: "css",
  txt: "text",
  md: "text",
  sql: "text",
  html: "text",
  glsl: "text",
  wgsl: "text",
  vert: "text",
  frag: "text",
  vs: "text",
  fs: "text",
};

/** Extensions of assets: Vite's list, and models and textures. */
export const assetExtensions: ReadonlySet<string> = new Set(
  [
    "apng avif bmp cur gif heic ico jfif jpeg jpg jxl pjp pjpeg png svg tif tiff webp",
    "aac flac m4a m4v mkv mov mp3 mp4 oga ogg ogv opus vtt wav webm",
    "eot otf ttf woff woff2",
    "bin drc exr fbx glb gltf hdr ktx ktx2 mtl obj stl",
    "pdf webmanifest zip",
  ].flatMap((line) => line.split(" ")),
);

const PLAIN_CSS = "Write plain CSS instead: it has variables and nesting.";
const PLAIN_COMPONENT = "Write the component in .tsx or .ts, with React or another library that needs no compiler.";
const INSTEAD: Record<string, string> = {
  scss: PLAIN_CSS,
  sass: PLAIN_CSS,
  less: PLAIN_CSS,
  styl: PLAIN_CSS,
  stylus: PLAIN_CSS,
  sss: PLAIN_CSS,
  vue: PLAIN_COMPONENT,
  svelte: PLAIN_COMPONENT,
  astro: PLAIN_COMPONENT,
  riot: PLAIN_COMPONENT,
  marko: PLAIN_COMPONENT,
  imba: PLAIN_COMPONENT,
  mdx: PLAIN_COMPONENT,
};

/** Returns esbuild's loaders by extension. An asset is a separate file, and its module exports the address. */
export function loadersOf(): Record<string, Loader> {
  const compiled = Object.entries(LOADERS).map(([extension, loader]) => [`.${extension}`, loader] as const);
  const assets = [...assetExtensions].map((extension) => [`.${extension}`, "file"] as const);
  return Object.fromEntries([...compiled, ...assets]);
}

/** Returns esbuild's loader for a script; undefined for other files. */
export const loaderOf = (path: string): Loader | undefined => LOADERS[extensionOf(path)];

/** Returns a file's module kind by its name. */
export function moduleKindOf(path: string): ModuleKind {
  if (path.endsWith(".module.css")) return { loader: "local-css" };
  const extension = extensionOf(path);
  if (Object.hasOwn(LOADERS, extension)) return { loader: LOADERS[extension] ?? "default" };
  if (assetExtensions.has(extension)) return { asset: true };
  const name = extension === "" ? "files without an extension" : `.${extension} files`;
  const instead = Object.hasOwn(INSTEAD, extension) ? INSTEAD[extension] : undefined;
  return {
    unsupported: `There is no compiler for ${name} here. ${instead ?? "Import it with ?raw for its text, or with ?url for its address."}`,
  };
}

function extensionOf(path: string): string {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return name.includes(".") ? name.slice(name.lastIndexOf(".") + 1).toLowerCase() : "";
}
