// The grammar of a Tailwind 4 class in a text: `variant:variant:utility/modifier!`.

/** A part of a text; `end` is exclusive. */
export type Span = { start: number; end: number };

/**
 * A text to scan for candidates. It limits the visits to characters in brackets: unclosed nested brackets would
 * otherwise take quadratic time.
 */
export class Text {
  readonly content: string;
  #looksLeft: number;

  constructor(content: string) {
    this.content = content;
    this.#looksLeft = 1_000_000 + 20 * content.length;
  }

  charAt(at: number): string {
    return this.content.charAt(at);
  }

  /** Whether a character exists at a position and another visit in brackets is allowed. */
  mayLook(at: number): boolean {
    return at < this.content.length && this.#looksLeft-- > 0;
  }
}

const SPACE = /\s/;
/** Before a class: white space, quotes, `.` as in Pug, the end of a tag or of a template's expression. */
const BEFORE = /[\s"'`.}>\0]/;
/**
 * Characters after a class: white space, quotes, and the terminators of Angular, Twig, Svelte, escaped strings and
 * XML.
 */
const AFTER = /[\s"'`\]{=\\<\0]/;
const NAME_START = /[a-z@!\-0-9*[]/;
const INSIDE_NAME = /[\w-]/;

const VARIANT_NAME = /(?:[a-z0-9*@])(?:[\w*]|-(?=[\w-])|(?<=\d)\.(?=\d))*/y;
const UTILITY_NAME = /(?:@|-?[a-z])(?:\w|-(?=[\w-])|(?<=\d)\.(?=\d))*/y;
const NAMED_MODIFIER = /[\w.%-]+/y;
const PROPERTY = /\[(?:--(?:[\w\-\u0080-\uffff]|\\[^\s])+|[a-z-]+):(?!\/)/y;
const VARIABLE = /\((?:[a-z-]+:(?=-))?--(?:[\w\-\u0080-\uffff]|\\[^\s])+(?=[,)])/y;

const CLOSING: Record<string, string> = { "(": ")", "[": "]", "{": "}" };

/** Returns the longest candidate that starts at a position, or null. */
export function readCandidate(text: Text, start: number): Span | null {
  if (!NAME_START.test(text.charAt(start))) return null;
  const before = text.charAt(start - 1);
  if (start > 0 && !BEFORE.test(before)) return INSIDE_NAME.test(before) ? null : readKey(text, start);
  let at = start;
  for (let next = readVariant(text, at); next !== null; next = readVariant(text, at)) at = next;
  const end = readUtility(text, at);
  if (end === null || !isEnd(text, end)) return readKey(text, start);
  return { start, end };
}

function isEnd(text: Text, at: number): boolean {
  return at >= text.content.length || AFTER.test(text.charAt(at));
}

/** An object's key, such as `flex` in `{flex: isOpen}`, ends before its colon. */
function readKey(text: Text, start: number): Span | null {
  const end = readUtility(text, start);
  if (end === null || text.charAt(end) !== ":") return null;
  return isEnd(text, end + 1) && !/[\]{=\\<]/.test(text.charAt(end + 1)) ? { start, end } : null;
}

/** Returns the position after a variant and its colon, or null. */
function readVariant(text: Text, start: number): number | null {
  let at = text.charAt(start) === "[" ? readBrackets(text, start) : readVariantName(text, start);
  if (at !== null && text.charAt(at) === "/") at = readModifier(text, at);
  return at !== null && text.charAt(at) === ":" ? at + 1 : null;
}

function readVariantName(text: Text, start: number): number | null {
  const at = readPattern(VARIANT_NAME, text, start);
  if (at === null) return null;
  if (text.charAt(at) === "[") return readBrackets(text, at);
  return text.charAt(at) === "-" ? readArbitrary(text, at + 1) : at;
}

/** Returns the place after a utility with its modifier and its marks of importance, or null. */
function readUtility(text: Text, start: number): number | null {
  const important = text.charAt(start) === "!";
  const first = important ? start + 1 : start;
  let at = readProperty(text, first) ?? readUtilityName(text, first);
  if (at !== null && text.charAt(at) === "/") at = readModifier(text, at);
  if (at !== null && !important && text.charAt(at) === "!") at++;
  return at;
}

function readUtilityName(text: Text, start: number): number | null {
  const at = readPattern(UTILITY_NAME, text, start);
  if (at === null) return null;
  if (text.charAt(at) === "-") return readArbitrary(text, at + 1);
  return text.charAt(at) === "%" && /\d/.test(text.charAt(at - 1)) ? at + 1 : at;
}

function readModifier(text: Text, slash: number): number | null {
  const arbitrary = readArbitrary(text, slash + 1);
  return arbitrary ?? readPattern(NAMED_MODIFIER, text, slash + 1);
}

/**
 * Returns the position after the brackets of a class, such as those of `bg-[red]`, `[&_p]:mt-1` and `[color:red]`, or
 * null.
 */
export function readClassBrackets(text: Text, start: number): number | null {
  const property = readProperty(text, start);
  if (property !== null) return property;
  if (/[-/:@]/.test(text.charAt(start - 1))) return readArbitrary(text, start);
  const variant = readVariant(text, start);
  return variant === null ? null : variant - 1;
}

/** Returns the place after `[value]` or `(--variable)`, or null. */
function readArbitrary(text: Text, start: number): number | null {
  if (text.charAt(start) === "[") return readBrackets(text, start);
  const at = readPattern(VARIABLE, text, start);
  if (at === null) return null;
  return text.charAt(at) === ")" ? at + 1 : readBrackets(text, start);
}

/** `[property:value]`, whose value has no colon or exclamation mark outside brackets and strings. */
function readProperty(text: Text, start: number): number | null {
  if (text.charAt(start) !== "[") return null;
  const value = readPattern(PROPERTY, text, start);
  return value === null ? null : readBrackets(text, start, { from: value, forbidden: ":!" });
}

/**
 * Returns the position after the bracket that closes the one at `start`; null when white space or `${` precedes it, or
 * when a bracket or quote inside is not closed.
 */
function readBrackets(text: Text, start: number, { from = start + 1, forbidden = "" } = {}): number | null {
  const open = [CLOSING[text.charAt(start)] ?? ""];
  for (let at: number | null = from; at !== null && text.mayLook(at); ) {
    const char = text.charAt(at);
    if (char === open.at(-1)) {
      open.pop();
      at++;
      if (open.length === 0) return at === start + 2 ? null : at;
    } else if (char in CLOSING) {
      open.push(CLOSING[char] ?? "");
      at++;
    } else {
      at = readInside(text, at, open.length > 1 ? ")]}" : forbidden);
    }
  }
  return null;
}

/**
 * Returns the position after a character, an escape sequence or a string inside of brackets, or null when it is not
 * allowed there.
 */
function readInside(text: Text, at: number, forbidden: string): number | null {
  const char = text.charAt(at);
  const next = text.charAt(at + 1);
  if (char === "\\") return SPACE.test(next) ? null : at + 2;
  if (char === '"' || char === "'" || char === "`") return readString(text, at);
  return SPACE.test(char) || forbidden.includes(char) || (char === "$" && next === "{") ? null : at + 1;
}

/** Returns the place after a string without white space, or null. */
function readString(text: Text, start: number): number | null {
  const quote = text.charAt(start);
  for (let at = start + 1; text.mayLook(at); at++) {
    const char = text.charAt(at);
    if (char === "\\") at++;
    else if (char === quote) return at + 1;
    if (SPACE.test(text.charAt(at))) return null;
  }
  return null;
}

/** Returns the position after the match of a sticky pattern, or null. */
function readPattern(pattern: RegExp, text: Text, start: number): number | null {
  pattern.lastIndex = start;
  return pattern.test(text.content) ? pattern.lastIndex : null;
}
