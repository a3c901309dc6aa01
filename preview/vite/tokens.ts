import jsTokens, { type JSXToken, type Token } from "js-tokens";

/** A token of a module that is neither white space nor a comment. `start` and `end` are offsets in its source. */
export type CodeToken = { type: (Token | JSXToken)["type"]; value: string; start: number; end: number };

const BLANK = new Set([
  "WhiteSpace",
  "LineTerminatorSequence",
  "SingleLineComment",
  "MultiLineComment",
  "HashbangComment",
]);

/** Splits a module into its tokens, so that nothing is found in comments, strings or the text of JSX. */
export function tokensOf(code: string, path: string): CodeToken[] {
  const isTypeScript = /\.[mc]?ts$/.test(path);
  const asJsx = isTypeScript ? null : read(code, true);
  return asJsx !== null && !isMisreadAsJsx(asJsx) ? asJsx : read(code, false);
}

function read(code: string, jsx: boolean): CodeToken[] {
  const tokens: CodeToken[] = [];
  let start = 0;
  // The two overloads differ only in their types.
  for (const { type, value } of jsx ? jsTokens(code, { jsx: true }) : jsTokens(code)) {
    const end = start + value.length;
    if (!BLANK.has(type)) tokens.push({ type, value, start, end });
    start = end;
  }
  return tokens;
}

/**
 * A type parameter of an arrow function, `<T,>(x: T) => x`, reads like an element that is never closed, which leaves the rest of
 * the file as its text. Without JSX an apostrophe in a text opens a string that ends with its line, which hides less.
 */
function isMisreadAsJsx(tokens: readonly CodeToken[]): boolean {
  const last = tokens.at(-1);
  return tokens.some(({ type }) => type === "JSXInvalid") || last?.type === "JSXText" || last?.type === "JSXIdentifier";
}

/** Whether the tokens from `index` on have these values. */
export function isSequence(tokens: readonly CodeToken[], index: number, values: readonly string[]): boolean {
  return values.every((value, offset) => {
    const token = tokens[index + offset];
    return token?.value === value && (token.type === "IdentifierName" || token.type === "Punctuator");
  });
}

const OPENING = new Set(["(", "[", "{"]);
const CLOSING = new Set([")", "]", "}"]);

/** Computed once for all brackets of a module: a search per bracket takes quadratic time when none is closed. */
const closings = new WeakMap<readonly CodeToken[], Int32Array>();

/** Returns the index of the bracket that closes the one at `index`, or -1. */
export function closingIndex(tokens: readonly CodeToken[], index: number): number {
  const found = closings.get(tokens) ?? findClosings(tokens);
  closings.set(tokens, found);
  return found[index] ?? -1;
}

function findClosings(tokens: readonly CodeToken[]): Int32Array {
  const found = new Int32Array(tokens.length).fill(-1);
  const open: number[] = [];
  tokens.forEach(({ type, value }, index) => {
    if (type !== "Punctuator") return;
    if (OPENING.has(value)) open.push(index);
    const opening = CLOSING.has(value) ? open.pop() : undefined;
    if (opening !== undefined) found[opening] = index;
  });
  return found;
}

const MAX_TYPE_TOKENS = 500;

/** Returns the index after type arguments that start at `index`, or `index` without any. */
export function skipTypeArguments(tokens: readonly CodeToken[], index: number): number {
  if (tokens[index]?.value !== "<") return index;
  let depth = 0;
  for (let at = index; at < Math.min(tokens.length, index + MAX_TYPE_TOKENS); at++) {
    const value = tokens[at]?.value ?? "";
    if (value === "<") depth += 1;
    else if (/^>+$/.test(value)) depth -= value.length;
    if (depth <= 0) return at + 1;
  }
  return index;
}
