// What becomes of a program of Go that ends in the middle: a stack that is too deep, memory that is not to be had.

type Instantiate = (module: WebAssembly.Module, imports: WebAssembly.Imports) => Promise<WebAssembly.Instance>;

/**
 * Starts a program of Go so that its crash is heard of. Go's runtime for JavaScript would hand an exception of the program to whoever
 * happened to call it, a timer or a callback of its file system, and go on in the middle of what it did; nobody would be answered.
 * @param onCrash told once, with the reason
 */
export async function endWithCrash(
  instantiate: Instantiate,
  module: WebAssembly.Module,
  imports: WebAssembly.Imports,
  onCrash: (failure: unknown) => void,
): Promise<WebAssembly.Instance> {
  let crash: { failure: unknown } | null = null;
  const end = (failure: unknown) => {
    if (crash === null) onCrash(failure);
    crash ??= { failure };
  };
  const { gojs = {} } = imports;
  const exit = gojs["runtime.wasmExit"];
  const onExit = (stack: number) => {
    if (typeof exit === "function") exit(stack);
    end(new Error("the program has exited"));
  };
  const instance = await instantiate(module, { ...imports, gojs: { ...gojs, "runtime.wasmExit": onExit } });
  const { resume, getsp } = instance.exports;
  if (typeof resume !== "function" || typeof getsp !== "function") return instance;
  const exports = {
    ...instance.exports,
    resume: () => {
      try {
        resume();
      } catch (failure) {
        end(failure);
        throw failure;
      }
    },
    // Asked for after each call to JavaScript: what is thrown here ends the calls of the program around the one that crashed.
    getsp: () => {
      if (crash !== null) throw crash.failure;
      return getsp();
    },
  };
  return Object.create(instance, { exports: { value: exports } });
}
