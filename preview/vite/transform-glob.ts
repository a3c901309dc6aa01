import { GlobError, type GlobMatch, type GlobOptions, globMatches, globOptions } from "./glob-import.ts";
import { type Literal, readLiteral } from "./literal.ts";
import type { ModuleEdits } from "./module-edits.ts";
import { closingIndex, isSequence, skipTypeArguments } from "./tokens.ts";

type Call = { patterns: string[]; options: GlobOptions };

/**
 * Expands an `import.meta.glob(…)` that starts at a token.
 * @returns the index of the last token that was read
 */
export function transformGlob(edits: ModuleEdits, index: number): number {
  const { tokens } = edits;
  const start = tokens[index]?.start ?? 0;
  // The name of Vite 2 for `{ eager: true }`.
  const isEager = isSequence(tokens, index, ["import", ".", "meta", ".", "globEager"]);
  if (!isEager && !isSequence(tokens, index, ["import", ".", "meta", ".", "glob"])) return index;
  const open = skipTypeArguments(tokens, index + 5);
  const close = isSequence(tokens, open, ["("]) ? closingIndex(tokens, open) : -1;
  if (close < 0) return index;
  try {
    const call = readCall(edits, open + 1, close);
    const { patterns } = call;
    const options = isEager ? { ...call.options, eager: true } : call.options;
    const matches = globMatches(patterns, edits.path, options, edits.context);
    const isKeysOnly = isSequence(tokens, index - 4, ["Object", ".", "keys", "("]);
    edits.replace(start, tokens[close]?.end ?? start, isKeysOnly ? keysOf(matches) : mapOf(edits, matches, options));
  } catch (error) {
    if (!(error instanceof GlobError)) throw error;
    edits.report("error", start, error.message);
  }
  return close;
}

function readCall(edits: ModuleEdits, from: number, close: number): Call {
  const first = readLiteral(edits.tokens, from);
  if (first === null) throw new GlobError("The patterns of import.meta.glob must be written out as strings.");
  const second = isSequence(edits.tokens, first.next, [","]) ? first.next + 1 : first.next;
  const options = second === close ? { value: undefined, next: close } : readLiteral(edits.tokens, second);
  if (options === null) throw new GlobError("The options of import.meta.glob must be written out.");
  const behind = isSequence(edits.tokens, options.next, [","]) ? options.next + 1 : options.next;
  if (behind !== close) throw new GlobError("import.meta.glob takes patterns and options, both written out.");
  return { patterns: patternsOf(first.value), options: globOptions(options.value) };
}

function patternsOf(value: Literal): string[] {
  const patterns = Array.isArray(value) ? value : [value];
  return patterns.map((pattern) => {
    if (typeof pattern !== "string") throw new GlobError("A pattern of import.meta.glob must be a string.");
    return pattern;
  });
}

const keysOf = (matches: readonly GlobMatch[]): string =>
  `({${matches.map(({ key }) => `${JSON.stringify(key)}: 0`).join(", ")}})`;

/** The source of an object from keys to modules, or to functions that load them. */
export function mapOf(
  edits: ModuleEdits,
  matches: readonly GlobMatch[],
  options: Pick<GlobOptions, "eager" | "import">,
): string {
  const name = options.import === "*" ? null : options.import;
  const entries = matches.map(({ key, specifier }) => {
    if (options.eager) return `${JSON.stringify(key)}: ${edits.import(specifier, name)}`;
    edits.imports.push(specifier);
    const chosen = name === null ? "" : `.then((m) => m[${JSON.stringify(name)}])`;
    return `${JSON.stringify(key)}: () => import(${JSON.stringify(specifier)})${chosen}`;
  });
  // A call, so that an unused object can be dropped with its imports.
  return `/* @__PURE__ */ Object.assign({${entries.join(", ")}})`;
}
