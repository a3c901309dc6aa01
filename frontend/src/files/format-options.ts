/** The files by which a project asks for Prettier, as far as they are JSON. */
export const formatConfigs = [".prettierrc", ".prettierrc.json", "package.json"] as const;

/** The options that a project may set: they change the look of its code, and load or run nothing. */
const allowed: ReadonlySet<string> = new Set([
  "arrowParens",
  "bracketSameLine",
  "bracketSpacing",
  "embeddedLanguageFormatting",
  "endOfLine",
  "experimentalTernaries",
  "htmlWhitespaceSensitivity",
  "jsxSingleQuote",
  "objectWrap",
  "printWidth",
  "proseWrap",
  "quoteProps",
  "semi",
  "singleAttributePerLine",
  "singleQuote",
  "tabWidth",
  "trailingComma",
  "useTabs",
]);

export type FormatOptions = Record<string, string | number | boolean>;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isPlain = (value: unknown): value is string | number | boolean =>
  ["string", "number", "boolean"].includes(typeof value);

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // YAML, or being edited: formatted as by default.
  }
}

/**
 * Returns the options in one of a project's configuration files.
 * @returns null where the file asks for no formatting, as most package.json do
 */
export function optionsIn(path: string, text: string): FormatOptions | null {
  const file = parseJson(text);
  const config = path === "package.json" ? (isRecord(file) ? file.prettier : undefined) : (file ?? {});
  if (!isRecord(config)) return null;
  const found: FormatOptions = {};
  for (const [name, value] of Object.entries(config)) if (allowed.has(name) && isPlain(value)) found[name] = value;
  return found;
}

/** Prettier's parser by a file's extension. */
const parsers: Record<string, string> = {
  ts: "typescript",
  mts: "typescript",
  tsx: "typescript",
  js: "babel",
  mjs: "babel",
  jsx: "babel",
  json: "json",
  css: "css",
  scss: "scss",
  html: "html",
  vue: "vue",
  md: "markdown",
};

/** Returns the parser for a path; null for a language that is not formatted. */
export const parserFor = (path: string): string | null => parsers[path.split(".").at(-1)?.toLowerCase() ?? ""] ?? null;
