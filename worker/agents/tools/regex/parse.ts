// A regular expression language without back-references and lookaround, so that it can be matched in linear time.

/** Tests a UTF-16 code unit. */
export type CharTest = (code: number) => boolean;

/** A node of a parsed pattern. */
export type Node =
  | { kind: "empty" }
  | { kind: "char"; test: CharTest }
  | { kind: "assert"; at: "start" | "end" | "word" | "not-word" }
  | { kind: "all"; parts: Node[] }
  | { kind: "any"; choices: Node[] }
  | { kind: "repeat"; part: Node; min: number; max: number };

/** An invalid pattern, or one with a feature that this engine does not support. */
export class PatternFault extends Error {}

const maxRepeats = 100;
const maxDepth = 50;

const isDigit: CharTest = (code) => code >= 48 && code <= 57;
/** Whether `\w` matches the character with this code. */
export const isWord: CharTest = (code) =>
  isDigit(code) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95;
const isSpace: CharTest = (code) => /\s/.test(String.fromCharCode(code));
const not =
  (test: CharTest): CharTest =>
  (code) =>
    !test(code);
const exactly =
  (text: string): CharTest =>
  (code) =>
    code === text.charCodeAt(0);

const classes: Record<string, CharTest> = {
  d: isDigit,
  D: not(isDigit),
  w: isWord,
  W: not(isWord),
  s: isSpace,
  S: not(isSpace),
};
const controls: Record<string, string> = { n: "\n", r: "\r", t: "\t", f: "\f", v: "\v", "0": "\0" };
/** The number of hexadecimal digits that follow the letter. */
const digitsOf: Record<string, number> = { u: 4, x: 2 };

/**
 * Parses a regular expression.
 * @throws PatternFault
 */
export function parsePattern(pattern: string): Node {
  const parser = new Parser(pattern);
  const node = parser.choices(0);
  if (!parser.atEnd) throw new PatternFault("there is a ) without its (");
  return node;
}

class Parser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get atEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  #peek(): string {
    return this.#text.charAt(this.#at);
  }

  #next(): string {
    if (this.atEnd) throw new PatternFault("it ends too early");
    return this.#text.charAt(this.#at++);
  }

  #take(text: string): boolean {
    if (!this.#text.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  choices(depth: number): Node {
    if (depth > maxDepth) throw new PatternFault("its groups are nested too deeply");
    const choices = [this.#sequence(depth)];
    while (this.#take("|")) choices.push(this.#sequence(depth));
    return choices.length === 1 && choices[0] ? choices[0] : { kind: "any", choices };
  }

  #sequence(depth: number): Node {
    const parts: Node[] = [];
    while (!this.atEnd && this.#peek() !== "|" && this.#peek() !== ")") parts.push(this.#repeated(depth));
    return parts.length === 0 ? { kind: "empty" } : { kind: "all", parts };
  }

  #repeated(depth: number): Node {
    if (this.#range() !== null) throw new PatternFault("there is nothing before a repeat to repeat");
    const part = this.#atom(depth);
    const range = this.#range();
    if (range === null) return part;
    this.#take("?"); // lazy and greedy match the same lines
    return { kind: "repeat", part, ...range };
  }

  #range(): { min: number; max: number } | null {
    if (this.#take("*")) return { min: 0, max: Number.POSITIVE_INFINITY };
    if (this.#take("+")) return { min: 1, max: Number.POSITIVE_INFINITY };
    if (this.#take("?")) return { min: 0, max: 1 };
    const counted = /^\{(\d{1,4})(,(\d{0,4}))?\}/.exec(this.#text.slice(this.#at, this.#at + 12));
    if (!counted) return null;
    this.#at += counted[0].length;
    const min = Number(counted[1]);
    const max = counted[2] === undefined ? min : counted[3] ? Number(counted[3]) : Number.POSITIVE_INFINITY;
    if (min > maxRepeats || (Number.isFinite(max) && max > maxRepeats) || max < min) {
      throw new PatternFault(`a count must be in order and at most ${maxRepeats}`);
    }
    return { min, max };
  }

  #atom(depth: number): Node {
    const character = this.#next();
    if (character === "(") return this.#group(depth);
    if (character === "[") return { kind: "char", test: this.#class() };
    if (character === ".") return { kind: "char", test: (code) => code !== 10 };
    if (character === "^") return { kind: "assert", at: "start" };
    if (character === "$") return { kind: "assert", at: "end" };
    if (character === "\\") return this.#escape();
    return { kind: "char", test: exactly(character) };
  }

  #group(depth: number): Node {
    if (this.#take("?") && !this.#take(":")) throw new PatternFault("lookaround and named groups are not supported");
    const inner = this.choices(depth + 1);
    if (!this.#take(")")) throw new PatternFault("a ( is not closed");
    return inner;
  }

  #escape(): Node {
    const letter = this.#next();
    if (letter === "b") return { kind: "assert", at: "word" };
    if (letter === "B") return { kind: "assert", at: "not-word" };
    if (/[1-9k]/.test(letter)) throw new PatternFault("back-references are not supported");
    return { kind: "char", test: classes[letter] ?? exactly(this.#literal(letter)) };
  }

  /** Returns the character of an escape whose letter has been read. */
  #literal(letter: string): string {
    const length = digitsOf[letter];
    if (length === undefined) {
      const control = controls[letter];
      if (control === undefined && /[a-z0-9]/i.test(letter)) throw new PatternFault(`\\${letter} is not supported`);
      return control ?? letter;
    }
    const digits = this.#text.slice(this.#at, this.#at + length);
    if (digits.length < length || !/^[0-9a-f]+$/i.test(digits)) {
      throw new PatternFault(`\\${letter} needs ${length} hexadecimal digits`);
    }
    this.#at += length;
    return String.fromCharCode(Number.parseInt(digits, 16));
  }

  #class(): CharTest {
    const negated = this.#take("^");
    const tests: CharTest[] = [];
    for (let first = true; first || this.#peek() !== "]"; first = false) tests.push(this.#member());
    this.#at++;
    const any: CharTest = (code) => tests.some((test) => test(code));
    return negated ? not(any) : any;
  }

  #member(): CharTest {
    const from = this.#classCharacter();
    if (typeof from !== "string") return from;
    if (this.#peek() !== "-" || this.#text.charAt(this.#at + 1) === "]") return exactly(from);
    this.#at++;
    const to = this.#classCharacter();
    if (typeof to !== "string" || to < from) throw new PatternFault("a range in [] is not in order");
    return (code) => code >= from.charCodeAt(0) && code <= to.charCodeAt(0);
  }

  #classCharacter(): string | CharTest {
    const character = this.#next();
    if (character !== "\\") return character;
    const letter = this.#next();
    return classes[letter] ?? (letter === "b" ? "\b" : this.#literal(letter));
  }
}
