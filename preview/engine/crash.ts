// Detects crashes of a Go program: a stack overflow, or memory that cannot grow.

type Instantiate = (module: WebAssembly.Module, imports: WebAssembly.Imports) => Promise<WebAssembly.Instance>;

/**
 * Starts a Go program and reports its crash. Go's JavaScript runtime would throw the program's exception to its
 * current caller, a timer or a callback of its file system, and continue in an undefined state, without a reply to
 * pending calls.
 * @param onCrash called once, with the reason
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
    // Read after each call to JavaScript: throwing here ends the program's calls around the crashed one.
    getsp: () => {
      if (crash !== null) throw crash.failure;
      return getsp();
    },
  };
  return Object.create(instance, { exports: { value: exports } });
}
