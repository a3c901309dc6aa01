import { describe, expect, it } from "vitest";
import { wasmInterface } from "../../../preview/vite/index.ts";

const text = (value: string): number[] => [value.length, ...new TextEncoder().encode(value)];
const section = (id: number, body: number[]): number[] => [id, body.length, ...body];

/** A module that imports one of each kind and exports two of them. */
function sample(): Uint8Array {
  const imports = [
    [...text("./glue.js"), ...text("log"), 0, 0],
    [...text("./glue.js"), ...text("table"), 1, 0x70, 1, 1, 2],
    [...text("env"), ...text("memory"), 2, 0, 1],
    [...text("env"), ...text("count"), 3, 0x7f, 0],
  ];
  const exports = [
    [...text("memory"), 2, 0],
    [...text("log it"), 0, 0],
  ];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, [1, 0x60, 0, 0]),
    ...section(2, [imports.length, ...imports.flat()]),
    ...section(7, [exports.length, ...exports.flat()]),
  ]);
}

describe("the interface of a WebAssembly module", () => {
  it("Imported modules and exported names are those that the engine finds", () => {
    const bytes = sample();
    const module: WebAssembly.Module = Reflect.construct(WebAssembly.Module, [bytes]);
    expect(wasmInterface(bytes)).toEqual({
      imports: [...new Set(WebAssembly.Module.imports(module).map((one) => one.module))],
      exports: WebAssembly.Module.exports(module).map(({ name }) => name),
    });
    expect(wasmInterface(bytes)).toEqual({ imports: ["./glue.js", "env"], exports: ["memory", "log it"] });
  });

  it("Other bytes, and every module that was cut off within a section, are refused by name", () => {
    expect(() => wasmInterface(new TextEncoder().encode("<svg></svg>"))).toThrow("It is no WebAssembly module.");
    const whole = sample();
    const ends = [8, 14, 14 + whole.subarray(14).indexOf(7, 40)];
    for (let length = 0; length < whole.length; length += 1) {
      if (ends.includes(length)) continue;
      try {
        wasmInterface(whole.subarray(0, length));
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
      }
    }
  });
});
