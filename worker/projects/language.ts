const byExtension: Record<string, string> = {
  ts: "typescript",
  mts: "typescript",
  cts: "typescript",
  tsx: "tsx",
  js: "javascript",
  mjs: "javascript",
  cjs: "javascript",
  jsx: "jsx",
  json: "json",
  jsonc: "json",
  webmanifest: "json",
  html: "html",
  htm: "html",
  css: "css",
  scss: "scss",
  md: "markdown",
  mdx: "markdown",
  svg: "svg",
  xml: "xml",
  yml: "yaml",
  yaml: "yaml",
  toml: "toml",
  sql: "sql",
  py: "python",
  rs: "rust",
  go: "go",
  sh: "shell",
  csv: "csv",
  txt: "plaintext",
  png: "image",
  jpg: "image",
  jpeg: "image",
  gif: "image",
  webp: "image",
  avif: "image",
  ico: "image",
  woff: "font",
  woff2: "font",
  ttf: "font",
  wasm: "wasm",
};

/** Returns the language of a file by its extension; `plaintext` when it is unknown. */
export function languageOf(path: string): string {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const extension = /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase();
  return (extension && byExtension[extension]) || "plaintext";
}
