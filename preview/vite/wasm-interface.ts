/** The names that a WebAssembly module exports, and those that it imports, by the module that has them. */
export type WasmInterface = { imports: string[]; exports: string[] };

const HEADER = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
const IMPORTS = 2;
const EXPORTS = 7;
/** Kinds of imports and exports, in the order of the format. */
const FUNCTION = 0;
const TABLE = 1;
const MEMORY = 2;
const GLOBAL = 3;

/**
 * Reads the import and export sections of a WebAssembly module, which a Worker may not compile.
 * Source: https://webassembly.github.io/spec/core/binary/modules.html
 *
 * @throws RangeError when the bytes are no such module
 */
export function wasmInterface(bytes: Uint8Array): WasmInterface {
  if (HEADER.some((byte, at) => bytes[at] !== byte)) throw new RangeError("It is no WebAssembly module.");
  const found: WasmInterface = { imports: [], exports: [] };
  const reader = new Reader(bytes, HEADER.length);
  while (!reader.isAtEnd) {
    const section = reader.byte();
    const length = reader.number();
    const body = reader.part(length);
    if (section === IMPORTS) found.imports = [...new Set(body.list(importedModule))];
    if (section === EXPORTS) found.exports = body.list(exportedName);
  }
  return found;
}

function importedModule(reader: Reader): string {
  const module = reader.text();
  reader.text();
  skipType(reader, reader.byte());
  return module;
}

function exportedName(reader: Reader): string {
  const name = reader.text();
  reader.byte();
  reader.number();
  return name;
}

function skipType(reader: Reader, kind: number): void {
  if (kind === FUNCTION) reader.number();
  else if (kind === TABLE) {
    reader.byte();
    skipLimits(reader);
  } else if (kind === MEMORY) skipLimits(reader);
  else if (kind === GLOBAL) {
    reader.byte();
    reader.byte();
  } else {
    // A tag of an exception: an attribute, and its type.
    reader.byte();
    reader.number();
  }
}

function skipLimits(reader: Reader): void {
  const hasMaximum = (reader.byte() & 1) === 1;
  reader.number();
  if (hasMaximum) reader.number();
}

class Reader {
  readonly #bytes: Uint8Array;
  #at: number;

  constructor(bytes: Uint8Array, at = 0) {
    this.#bytes = bytes;
    this.#at = at;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  byte(): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) throw new RangeError("The WebAssembly module ends too early.");
    this.#at += 1;
    return byte;
  }

  /** Reads an unsigned number in LEB128. */
  number(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
      if (shift > 63) throw new RangeError("A number of the WebAssembly module is too long.");
    }
  }

  part(length: number): Reader {
    if (this.#at + length > this.#bytes.length) throw new RangeError("The WebAssembly module ends too early.");
    const part = new Reader(this.#bytes.subarray(this.#at, this.#at + length));
    this.#at += length;
    return part;
  }

  text(): string {
    const { rest } = this.part(this.number());
    return new TextDecoder().decode(rest);
  }

  get rest(): Uint8Array {
    return this.#bytes.subarray(this.#at);
  }

  list<T>(read: (reader: Reader) => T): T[] {
    return Array.from({ length: this.number() }, () => read(this));
  }
}
