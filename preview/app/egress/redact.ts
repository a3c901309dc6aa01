import { Buffer } from "node:buffer";

/** What stands in a text in place of a secret. */
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

  /** @returns a transform that replaces the values in a stream of bytes, also across its chunks; null without values */
  stream(): TransformStream<Uint8Array, Uint8Array> | null {
    const [longest] = this.#forms;
    if (longest === undefined) return null;
    const kept = Buffer.byteLength(longest) - 1;
    let tail = "";
    // Latin-1 maps each byte to one character and back, so that no encoding of the body matters.
    const forms = this.#forms.map((form) => Buffer.from(form).toString("latin1"));
    const replaced = (text: string) => forms.reduce((rest, form) => rest.replaceAll(form, REDACTED), text);
    return new TransformStream({
      transform(chunk, controller) {
        const text = replaced(tail + Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString("latin1"));
        const end = mayBegin(text, forms, kept);
        tail = text.slice(end);
        if (end > 0) controller.enqueue(Buffer.from(text.slice(0, end), "latin1"));
      },
      flush(controller) {
        if (tail !== "") controller.enqueue(Buffer.from(tail, "latin1"));
      },
    });
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
