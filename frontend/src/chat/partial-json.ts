const escapes: Record<string, string> = { n: "\n", t: "\t", r: "\r", b: "\b", f: "\f" };

/** Parses JSON that is still streaming. Returns the received part of a truncated string. */
class Reader {
  private at = 0;
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  value(): unknown {
    this.space();
    const head = this.text[this.at];
    if (head === "{") return this.object();
    if (head === "[") return this.array();
    if (head === '"') return this.string();
    return this.word();
  }

  private space() {
    while (/\s/.test(this.text[this.at] ?? "x")) this.at++;
  }

  /** Consumes the character if it is the next one. */
  private takes(character: string): boolean {
    this.space();
    if (this.text[this.at] !== character) return false;
    this.at++;
    return true;
  }

  private get ended(): boolean {
    this.space();
    return this.at >= this.text.length;
  }

  private object(): Record<string, unknown> {
    const found: Record<string, unknown> = {};
    this.at++;
    while (!this.ended && !this.takes("}")) {
      if (this.text[this.at] !== '"') break;
      const key = this.string();
      if (!this.takes(":") || this.ended) break;
      found[key] = this.value();
      this.takes(",");
    }
    return found;
  }

  private array(): unknown[] {
    const found: unknown[] = [];
    this.at++;
    while (!this.ended && !this.takes("]")) {
      const start = this.at;
      found.push(this.value());
      if (!this.takes(",") && this.at === start) break;
    }
    return found;
  }

  private string(): string {
    const start = ++this.at;
    // The cached beginning of this string contains no closing quote, and its escapes are complete.
    if (this.text.startsWith(remembered.raw, start)) this.at += remembered.raw.length;
    while (this.at < this.text.length && this.text[this.at] !== '"') {
      this.at += this.text[this.at] === "\\" ? 2 : 1;
    }
    const raw = this.text.slice(start, this.at);
    this.at++;
    return unescaped(raw);
  }

  private word(): unknown {
    const word = /^[\w.+-]*/.exec(this.text.slice(this.at))?.[0] ?? "";
    this.at += word.length;
    if (word === "true" || word === "false") return word === "true";
    const number = Number(word);
    return word === "" || Number.isNaN(number) ? null : number;
  }
}

/** Shorter strings are unescaped again at each delta. */
const minRemembered = 4_096;
/**
 * Caches the beginning of the last long string that was unescaped: a file being written grows by a few characters at a
 * time.
 */
let remembered = { raw: "", text: "" };

/** Decodes the escapes of a string. Drops a truncated escape at its end, whose rest has not arrived yet. */
function unescaped(raw: string): string {
  const whole = raw.slice(0, raw.length - truncatedLength(raw));
  if (whole.length < minRemembered) return withoutEscapes(whole);
  const { raw: before, text } = remembered;
  const isLonger = before !== "" && whole.startsWith(before);
  const all = isLonger ? text + withoutEscapes(whole.slice(before.length)) : withoutEscapes(whole);
  remembered = { raw: whole, text: all };
  return all;
}

/** Returns the length of the incomplete escape at the end; 0 if there is none. */
function truncatedLength(raw: string): number {
  const cut = /\\(?:u[0-9a-fA-F]{0,3})?$/.exec(raw.slice(-6));
  if (cut === null) return 0;
  const offset = raw.length - cut[0].length;
  return isEscaped(raw, offset) ? 0 : cut[0].length;
}

const withoutEscapes = (raw: string): string =>
  raw.replace(/\\(?:u([0-9a-fA-F]{4})|(.))/gs, (_, code: string | undefined, one: string | undefined) =>
    code === undefined ? (escapes[one ?? ""] ?? one ?? "") : String.fromCharCode(Number.parseInt(code, 16)),
  );

/** Whether the backslash at `offset` is itself escaped by the previous backslash. */
function isEscaped(raw: string, offset: number): boolean {
  let slashes = 0;
  while (raw[offset - 1 - slashes] === "\\") slashes++;
  return slashes % 2 === 1;
}

/** Parses a JSON text that may be truncated anywhere; null for an empty text. */
export const parsePartial = (text: string): unknown => new Reader(text).value();
