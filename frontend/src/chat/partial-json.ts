const escapes: Record<string, string> = { n: "\n", t: "\t", r: "\r", b: "\b", f: "\f" };

/** Parses JSON that is still streaming. A truncated string is returned as far as it goes. */
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

/** Drops a truncated escape at the end, whose rest has not arrived yet. */
const unescaped = (raw: string): string =>
  raw
    .replace(/\\(?:u[0-9a-fA-F]{0,3})?$/, (cut, offset: number) => (isEscaped(raw, offset) ? cut : ""))
    .replace(/\\(?:u([0-9a-fA-F]{4})|(.))/gs, (_, code: string | undefined, one: string | undefined) =>
      code === undefined ? (escapes[one ?? ""] ?? one ?? "") : String.fromCharCode(Number.parseInt(code, 16)),
    );

/** Whether the backslash at `offset` is itself the second half of an escape. */
function isEscaped(raw: string, offset: number): boolean {
  let slashes = 0;
  while (raw[offset - 1 - slashes] === "\\") slashes++;
  return slashes % 2 === 1;
}

/** Returns the value of a JSON text that may be truncated anywhere; null for an empty one. */
export const parsePartial = (text: string): unknown => new Reader(text).value();
