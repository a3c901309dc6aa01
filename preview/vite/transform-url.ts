import { packageNameOf } from "../engine/specifiers.ts";
import { applyAlias } from "./alias.ts";
import { globMatches, join } from "./glob-import.ts";
import { readLiteral } from "./literal.ts";
import type { ModuleContext, ModuleEdits } from "./module-edits.ts";
import { readTemplate } from "./template.ts";
import { closingIndex, isSequence } from "./tokens.ts";
import { mapOf } from "./transform-glob.ts";

export const IGNORED = /\/\*\s*@vite-ignore\s*\*\//;
const EXTENSIONS = ["", ".mjs", ".js", ".mts", ".ts", ".jsx", ".tsx", ".json"];

/**
 * Replaces the address in a `new URL(address, import.meta.url)` at a token, alone or as the first argument of `new
 * Worker` or `new SharedWorker`, by the default import of the file.
 * @returns the index of the last token that was read
 */
export function transformUrl(edits: ModuleEdits, index: number): number {
  const { tokens } = edits;
  const name = tokens[index + 1]?.value;
  if (name === "URL" && isUrl(edits, index)) return transformAddress(edits, index);
  const isWorker = name === "Worker" || name === "SharedWorker";
  if (!isWorker || !isSequence(tokens, index + 2, ["(", "new", "URL"]) || !isUrl(edits, index + 3)) return index;
  return transformWorker(edits, index, name);
}

/** Whether `new URL(<one string or template>, import.meta.url)` starts at a token. */
function isUrl({ tokens }: ModuleEdits, index: number): boolean {
  const close = isSequence(tokens, index, ["new", "URL", "("]) ? closingIndex(tokens, index + 2) : -1;
  if (close < 0) return false;
  const last = isSequence(tokens, close - 1, [","]) ? close - 2 : close - 1;
  return isSequence(tokens, last - 5, [",", "import", ".", "meta", ".", "url"]);
}

function transformAddress(edits: ModuleEdits, index: number): number {
  const { tokens, code } = edits;
  const close = closingIndex(tokens, index + 2);
  const first = tokens[index + 3];
  if (first === undefined || IGNORED.test(code.slice(tokens[index + 2]?.end, first.start))) return close;
  if (first.type === "TemplateHead") {
    transformTemplate(edits, index + 3, close);
    return close;
  }
  const address = readLiteral(tokens, index + 3);
  if (typeof address?.value !== "string" || !isSequence(tokens, address.next, [","])) return close;
  const specifier = fileSpecifier(edits, address.value);
  if (specifier !== null) edits.replace(first.start, first.end, edits.import(withQuery(specifier, "url"), "default"));
  else if (/^\.\.?\/.*[^/]$/.test(address.value)) warnMissing(edits, first.start, address.value);
  return close;
}

function transformWorker(edits: ModuleEdits, index: number, name: string): number {
  const { tokens, code } = edits;
  const url = index + 3;
  const first = tokens[url + 3];
  const close = closingIndex(tokens, index + 2);
  const urlClose = closingIndex(tokens, url + 2);
  const address = readLiteral(tokens, url + 3);
  if (first === undefined || close < 0) return index;
  if (IGNORED.test(code.slice(tokens[index]?.start, tokens[close]?.end))) return close;
  if (typeof address?.value !== "string") {
    edits.report(
      "error",
      first.start,
      `The address of a ${name} must be written out, so that its module can be built.`,
    );
    return close;
  }
  const type = workerType(edits, urlClose + 1, close);
  if (type === null) {
    const message = `The type of a ${name} must be written out: { type: "module" } or { type: "classic" }.`;
    edits.report("error", tokens[urlClose]?.end ?? first.start, message);
    return close;
  }
  const specifier = fileSpecifier(edits, address.value);
  if (specifier === null) warnMissing(edits, first.start, address.value);
  else edits.replace(first.start, first.end, edits.import(withQuery(specifier, `worker_file&type=${type}`), "default"));
  return urlClose;
}

/** Returns the type in a worker's options, `classic` without options, or null when it is computed. */
function workerType({ tokens }: ModuleEdits, from: number, close: number): "module" | "classic" | null {
  let index = from;
  while (index < close && tokens[index]?.value !== ",") index += tokens[index]?.value === "(" ? 2 : 1;
  if (index + 1 >= close) return "classic";
  const options = readLiteral(tokens, index + 1);
  if (options !== null) {
    const { value } = options;
    const isModule = value !== null && typeof value === "object" && !Array.isArray(value) && value.type === "module";
    return isModule ? "module" : "classic";
  }
  // Other options may be computed; only the type must be literal.
  for (let at = index + 1; at < close; at++) {
    if (!isSequence(tokens, at, ["type", ":"])) continue;
    const type = readLiteral(tokens, at + 2)?.value;
    return type === "module" || type === "classic" ? type : null;
  }
  return isSequence(tokens, index + 1, ["{"]) ? "classic" : null;
}

/** A template with a written-out folder becomes a choice among the files that it can mean. */
function transformTemplate(edits: ModuleEdits, from: number, close: number): void {
  const { tokens, code } = edits;
  const { parts, end } = readTemplate(tokens, from, close);
  if (!isSequence(tokens, end + 1, [","])) return;
  const tail = parts.at(-1) ?? "";
  const [path = "", query] = tail.split("?", 2);
  const pattern = [...parts.slice(0, -1), path].join("*").replace(/\*+/g, "*");
  if (!/^(\.\.?\/|\/)/.test(pattern)) return;
  const start = tokens[from]?.start ?? 0;
  const options = { base: null, exhaustive: false, caseSensitive: true, query: `?${query ? `${query}&` : ""}url` };
  const matches = globMatches([pattern], edits.path, options, edits.context);
  if (matches.length === 0) {
    warnMissing(edits, start, pattern);
    return;
  }
  const literal = code.slice(start, tokens[end]?.end);
  const key = query === undefined ? literal : `${literal.slice(0, -query.length - 2)}\``;
  edits.replace(
    start,
    tokens[end]?.end ?? start,
    `${mapOf(edits, matches, { eager: true, import: "default" })}[${key}]`,
  );
}

/** Returns the specifier that imports the file at an address, or null when it does not exist. */
function fileSpecifier(edits: ModuleEdits, address: string): string | null {
  if (/^([a-z][a-z0-9+.-]*:|\/\/)/i.test(address)) return null;
  const { context, path } = edits;
  const [bare = "", query] = address.split("?", 2);
  const suffix = query === undefined ? "" : `?${query}`;
  const folder = path.slice(0, Math.max(0, path.lastIndexOf("/")));
  if (bare.startsWith("/")) {
    const inRoot = findFile(join(context.root, bare), context);
    const inPublic = context.publicDir === null ? null : findFile(join(context.publicDir, bare), context);
    return inRoot === null && inPublic === null ? null : bare + suffix;
  }
  const found = findFile(join(folder, bare), context);
  if (found !== null) return (bare.startsWith(".") ? bare : `./${bare}`) + suffix;
  const aliased = bare.startsWith(".") ? null : applyAlias(bare, context.aliases);
  if (aliased !== null && findFile(join("", aliased), context) !== null) return bare + suffix;
  // A file of a package, by the package's name.
  const isOfPackage = !bare.startsWith(".") && context.packages?.has(packageNameOf(bare)) === true;
  return isOfPackage && bare.includes("/") ? bare + suffix : null;
}

const findFile = (path: string, { files }: ModuleContext): string | null =>
  EXTENSIONS.map((extension) => path + extension).find((candidate) => files.has(candidate)) ?? null;

const withQuery = (specifier: string, query: string): string =>
  `${specifier}${specifier.includes("?") ? "&" : "?"}${query}`;

function warnMissing(edits: ModuleEdits, offset: number, address: string): void {
  edits.report("warning", offset, `There is no file "${address}" to build, so its address stays as it is written.`);
}
