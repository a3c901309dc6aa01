const escapes: Record<string, string> = { n: "\n", t: "\t", r: "\r", b: "\b", f: "\f" };

/** Reads what there is of a JSON text that is still arriving. A string that is cut is given as far as it goes. */
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

  /** Steps over the character if it is the next one. */
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

/** An escape that is cut in the middle is left away: its end is on the way. */
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

/** The value that a JSON text, complete or cut anywhere, says so far; null where it says nothing. */
export const parsePartial = (text: string): unknown => new Reader(text).value();
