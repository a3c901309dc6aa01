import { expect, it } from "vitest";
import { withEnvironment } from "../../preview/engine/go-environment.ts";

const argumentsAt = 4_096;

/** A stand-in for a program of Go that reads its arguments and variables as Go's runtime does. */
function programOf(memory: WebAssembly.Memory) {
  const seen: string[][] = [];
  const textAt = (at: number): string => {
    const bytes = new Uint8Array(memory.buffer, at);
    return new TextDecoder().decode(bytes.slice(0, bytes.indexOf(0)));
  };
  const run = (count: number, at: number) => {
    const table = new DataView(memory.buffer);
    let entry = at + count * 8;
    expect(table.getBigUint64(entry, true)).toBe(0n);
    const variables: string[] = [];
    for (entry += 8; table.getBigUint64(entry, true) !== 0n; entry += 8)
      variables.push(textAt(Number(table.getBigUint64(entry, true))));
    seen.push(variables);
  };
  return { seen, instance: { exports: { run, mem: memory } } };
}

it("a Go program gets the variables behind its arguments", () => {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const { seen, instance } = programOf(memory);
  // One argument: its pointer, 0.
  new DataView(memory.buffer).setBigUint64(argumentsAt, 16n, true);
  const { run } = withEnvironment(instance, { GOGC: "25", HOME: "" }).exports;
  if (typeof run !== "function") throw new Error("no program");
  run(1, argumentsAt);
  expect(seen).toEqual([["GOGC=25", "HOME="]]);
  expect(new DataView(memory.buffer).getBigUint64(argumentsAt, true)).toBe(16n);
});

it("a program that is none of Go's is refused", () => {
  expect(() => withEnvironment({ exports: {} }, { GOGC: "25" })).toThrow("none of Go's");
});
