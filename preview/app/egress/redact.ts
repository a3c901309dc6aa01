import { Buffer } from "node:buffer";

/** Replaces a secret in a text. */
const REDACTED = "[redacted]";
/** A shorter value would take ordinary words out of a text. */
const minRedactedLength = 4;

/** @returns the forms in which a server may echo a value: as it is, percent-encoded once or twice, in JSON and in base64 */
function formsOf(value: string): string[] {
  const json = JSON.stringify(value).slice(1, -1);
  const encoded = encodeURIComponent(value);
  const parameter = new URLSearchParams([["", value]]).toString().slice(1);
  const base64 = Buffer.from(value).toString("base64");
  const forms = [value, json, encoded, encodeURIComponent(encoded), parameter, base64, base64.replace(/=+$/, "")];
  return forms.filter((form) => form.length >= minRedactedLength);
}

/** Takes the values of secrets out of texts and byte streams. */
export class Redaction {
  /** The longest first, so that no form is cut by a shorter one inside it. */
  readonly #forms: string[];

  constructor(values: readonly string[]) {
    const forms = values.filter((value) => value.length >= minRedactedLength).flatMap(formsOf);
    this.#forms = [...new Set(forms)].sort((one, other) => other.length - one.length);
  }

  text(text: string): string {
    return this.#forms.reduce((redacted, form) => redacted.replaceAll(form, REDACTED), text);
  }

  /** @returns the headers with redacted values */
  headers(headers: Headers): Headers {
    const redacted = new Headers();
    for (const [name, value] of headers) redacted.append(name, this.text(value));
    return redacted;
  }

  /** Takes the values out of bytes that belong to no stream. */
  bytes(bytes: Uint8Array): Uint8Array {
    return this.stream()?.whole(bytes) ?? bytes;
  }

  get isEmpty(): boolean {
    return this.#forms.length === 0;
  }

  /** @returns a redaction of one stream of bytes; null without values */
  stream(): ByteRedaction | null {
    return this.isEmpty ? null : new ByteRedaction(this.#forms);
  }
}

/** Replaces the values in the chunks of a stream, also where a value is split between two. */
export class ByteRedaction {
  /** Latin-1 maps each byte to one character and back, so that no encoding of the body matters. */
  readonly #forms: string[];
  readonly #kept: number;
  #tail = "";

  constructor(forms: readonly string[]) {
    this.#forms = forms.map((form) => Buffer.from(form).toString("latin1"));
    this.#kept = Math.max(...this.#forms.map(({ length }) => length)) - 1;
  }

  /** @returns the bytes that can hold no beginning of a value any more */
  pass(chunk: Uint8Array): Uint8Array {
    const read = this.#tail + Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString("latin1");
    const text = this.#forms.reduce((rest, form) => rest.replaceAll(form, REDACTED), read);
    const end = mayBegin(text, this.#forms, this.#kept);
    this.#tail = text.slice(end);
    return Buffer.from(text.slice(0, end), "latin1");
  }

  /** @returns all bytes of a stream that has no other chunk */
  whole(bytes: Uint8Array): Uint8Array {
    return Buffer.concat([this.pass(bytes), this.end()]);
  }

  /** @returns the bytes that are left at the stream's end */
  end(): Uint8Array {
    return Buffer.from(this.#tail, "latin1");
  }
}

/** @returns where the last characters begin that may be the beginning of a form; the text's length without any */
function mayBegin(text: string, forms: readonly string[], kept: number): number {
  for (let from = Math.max(0, text.length - kept); from < text.length; from += 1) {
    const rest = text.slice(from);
    if (forms.some((form) => form.startsWith(rest))) return from;
  }
  return text.length;
}
