/** The JSON files in which a project configures Prettier. */
export const formatConfigs = [".prettierrc", ".prettierrc.json", "package.json"] as const;

/** The options that a project may set. They affect only the look of its code, and load or execute nothing. */
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
    return null; // YAML, or being edited: the defaults apply.
  }
}

/**
 * Returns the options in one of a project's configuration files.
 * @returns null if the file does not configure Prettier, which is true of most package.json files
 */
export function optionsIn(path: string, text: string): FormatOptions | null {
  const file = parseJson(text);
  const config = path === "package.json" ? (isRecord(file) ? file.prettier : undefined) : (file ?? {});
  if (!isRecord(config)) return null;
  const found: FormatOptions = {};
  for (const [name, value] of Object.entries(config)) if (allowed.has(name) && isPlain(value)) found[name] = value;
  return found;
}

/** Prettier's parser for each file extension. */
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

/** Returns the parser for a path; null for a language without a formatter. */
export const parserFor = (path: string): string | null => parsers[path.split(".").at(-1)?.toLowerCase() ?? ""] ?? null;
