// Sets environment variables of a Go program in WebAssembly, for which esbuild's browser build has no option.

type Run = (argumentCount: number, argumentsAt: number) => void;

/** Size of a pointer, in bytes, in the tables that Go's runtime reads. */
const POINTER = 8;

/**
 * Starts a Go program with environment variables. Go's JavaScript runtime writes a table of pointers at `argumentsAt`:
 * the arguments, 0, the variables, 0. The runtime passes no variables, so this writes their pointers after the
 * arguments before the program runs.
 * @returns the instance, with a `run` that writes the variables first
 * @throws TypeError when the program does not export `run` and `mem`, as Go programs do
 */
export function withEnvironment(
  instance: WebAssembly.Instance,
  variables: Readonly<Record<string, string>>,
): WebAssembly.Instance {
  const { run, mem } = instance.exports;
  if (typeof run !== "function" || !(mem instanceof WebAssembly.Memory))
    throw new TypeError("The program is none of Go's: it exports no run and no mem.");
  const runWithVariables: Run = (argumentCount, argumentsAt) => {
    writeVariables(mem, argumentsAt + (argumentCount + 1) * POINTER, Object.entries(variables));
    run(argumentCount, argumentsAt);
  };
  return Object.create(instance, { exports: { value: { ...instance.exports, run: runWithVariables } } });
}

function writeVariables(memory: WebAssembly.Memory, tableAt: number, variables: [string, string][]): void {
  const table = new DataView(memory.buffer);
  let textAt = tableAt + (variables.length + 1) * POINTER;
  for (const [index, [name, value]] of variables.entries()) {
    const text = new TextEncoder().encode(`${name}=${value}\0`);
    new Uint8Array(memory.buffer, textAt, text.length).set(text);
    table.setUint32(tableAt + index * POINTER, textAt, true);
    table.setUint32(tableAt + index * POINTER + 4, 0, true);
    textAt += text.length;
  }
  table.setBigUint64(tableAt + variables.length * POINTER, 0n, true);
}
