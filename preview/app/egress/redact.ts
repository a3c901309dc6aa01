import { Buffer } from "node:buffer";

/** Replaces a secret in a text. */
const REDACTED = "[redacted]";
/** The minimum length of a redacted value. A shorter value would match ordinary words. */
const minRedactedLength = 4;

/**
 * Returns the forms in which a server may echo a value: verbatim, percent-encoded once or twice, in JSON, and in
 * base64.
 */
function formsOf(value: string): string[] {
  const json = JSON.stringify(value).slice(1, -1);
  const encoded = encodeURIComponent(value);
  const parameter = new URLSearchParams([["", value]]).toString().slice(1);
  const base64 = Buffer.from(value).toString("base64");
  const forms = [value, json, encoded, encodeURIComponent(encoded), parameter, base64, base64.replace(/=+$/, "")];
  return forms.filter((form) => form.length >= minRedactedLength);
}

/** Redacts the values of secrets in texts and byte streams. */
export class Redaction {
  /** Longest first, so that a shorter form never splits a longer form that contains it. */
  readonly #forms: string[];

  constructor(values: readonly string[]) {
    const forms = values.filter((value) => value.length >= minRedactedLength).flatMap(formsOf);
    this.#forms = [...new Set(forms)].sort((one, other) => other.length - one.length);
  }

  text(text: string): string {
    return this.#forms.reduce((redacted, form) => redacted.replaceAll(form, REDACTED), text);
  }

  /** Returns the headers with redacted values. */
  headers(headers: Headers): Headers {
    const redacted = new Headers();
    for (const [name, value] of headers) redacted.append(name, this.text(value));
    return redacted;
  }

  /** Redacts bytes that are not part of a stream. */
  bytes(bytes: Uint8Array): Uint8Array {
    return this.stream()?.whole(bytes) ?? bytes;
  }

  get isEmpty(): boolean {
    return this.#forms.length === 0;
  }

  /** Returns a redaction for one byte stream; null when the secrets have no values to redact. */
  stream(): ByteRedaction | null {
    return this.isEmpty ? null : new ByteRedaction(this.#forms);
  }
}

/** Redacts the values in the chunks of a stream, including a value that is split between two chunks. */
export class ByteRedaction {
  /** Latin-1 maps each byte to one character and back, so that no encoding of the body matters. */
  readonly #forms: string[];
  readonly #kept: number;
  #tail = "";

  constructor(forms: readonly string[]) {
    this.#forms = forms.map((form) => Buffer.from(form).toString("latin1"));
    this.#kept = Math.max(...this.#forms.map(({ length }) => length)) - 1;
  }

  /**
   * Adds a chunk.
   * @returns the bytes that can no longer contain the start of a value
   */
  pass(chunk: Uint8Array): Uint8Array {
    const read = this.#tail + Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString("latin1");
    const text = this.#forms.reduce((rest, form) => rest.replaceAll(form, REDACTED), read);
    const end = mayBegin(text, this.#forms, this.#kept);
    this.#tail = text.slice(end);
    return Buffer.from(text.slice(0, end), "latin1");
  }

  /** Redacts a stream that consists of one chunk. */
  whole(bytes: Uint8Array): Uint8Array {
    return Buffer.concat([this.pass(bytes), this.end()]);
  }

  /** Returns the remaining bytes at the end of the stream. */
  end(): Uint8Array {
    return Buffer.from(this.#tail, "latin1");
  }
}

/** Returns the index of the trailing characters that may start a form; the text's length when none can. */
function mayBegin(text: string, forms: readonly string[], kept: number): number {
  for (let from = Math.max(0, text.length - kept); from < text.length; from += 1) {
    const rest = text.slice(from);
    if (forms.some((form) => form.startsWith(rest))) return from;
  }
  return text.length;
}
