// The only file that starts esbuild: one program per isolate, which reads files from memory (memory-fs.ts).
import type { BuildOptions, BuildResult, Message, OutputFile, TransformOptions } from "esbuild-wasm";
import wasm from "esbuild-wasm/esbuild.wasm";
import { build, initialize, stop, transform } from "esbuild-wasm/esm/browser.js";
import { endWithCrash } from "./crash.ts";
import { withEnvironment } from "./go-environment.ts";
import { MemoryFs } from "./memory-fs.ts";
import { MountedFiles } from "./mounted-files.ts";

export type Built = BuildResult<{ write: false; metafile: true }>;
/**
 * The result of a build with the program's memory in bytes, or the errors that stopped the build; and the warnings in
 * either case.
 */
export type BuildOutcome = { built: Built | null; memoryBytes: number; errors: Message[]; warnings: Message[] };

const fs = new MemoryFs();
/** Poll interval of a waiting build: an object cannot await another object's promise. */
const TURN_MS = 3;
/**
 * Maximum memory of a program, in bytes, before the next build restarts it: WebAssembly memory never shrinks, and an
 * isolate has 128 MB.
 */
const KEPT_BYTES = 48 * 2 ** 20;
/** Memory of a program after a small task, in bytes: as much as after a restart. */
const SMALL_BYTES = 16 * 2 ** 20;
/**
 * Go's garbage collector runs when the heap has grown by `GOGC` percent since the last run; the default is 100. With
 * 25, bundling an app with MUI took 27 % less memory and 4 % more processor time.
 */
const GO_ENVIRONMENT = { GOGC: "25" };
let program: "stopped" | "starting" | "idle" | "building" = "stopped";
let memory: WebAssembly.Memory | undefined;
let peakBytes = 0;
let mounts = 0;
/** Rejects the caller's pending work after the program has crashed. */
let crashed: (failure: unknown) => void = () => undefined;

/** Mounts an empty file tree for builds. The caller must release it. */
export function mount(): MountedFiles {
  mounts += 1;
  const files = new MountedFiles(`/m${mounts}`);
  fs.mount(files);
  return files;
}

/** Releases a file tree. */
export const release = (files: MountedFiles): void => fs.unmount(files);

/** Returns esbuild's current WebAssembly memory in bytes. It grows with the largest build. */
const esbuildBytes = (): number => memory?.buffer.byteLength ?? 0;

/** Returns esbuild's peak WebAssembly memory in this isolate, in bytes. */
export const esbuildPeakBytes = (): number => peakBytes;

/**
 * Runs a build over mounted files. Errors in the files are in the outcome; other errors are thrown. Builds run one at
 * a time: the program replies to every caller in the I/O context of the object that called it last, and an object
 * cannot use another object's I/O.
 * @param deadline ends the build and the program's work for it
 * @throws the deadline's reason
 */
export async function runBuild(options: BuildOptions, deadline?: AbortSignal): Promise<BuildOutcome> {
  await turn(deadline);
  try {
    return await inProgram(async () => {
      const built = await build({ ...options, write: false, metafile: true, logLevel: "silent", logLimit: 0 });
      const outputFiles = built.outputFiles.map(withoutText);
      return { built: { ...built, outputFiles }, memoryBytes: esbuildBytes(), errors: [], warnings: built.warnings };
    }, deadline);
  } catch (failure) {
    if (failure instanceof BundlerCrash)
      return { built: null, memoryBytes: 0, errors: [messageOf(failure)], warnings: [] };
    if (!isBuildFailure(failure)) throw failure;
    return { built: null, memoryBytes: 0, errors: failure.errors, warnings: failure.warnings };
  }
}

/** Copies the output: esbuild's own output caches its text after the first read, in addition to its bytes. */
const withoutText = ({ path, hash, contents }: OutputFile): OutputFile => ({
  path,
  hash,
  contents,
  get text() {
    return new TextDecoder().decode(this.contents);
  },
});

/** Acquires the lock: waits for other work to finish, then starts the caller's. */
async function turn(deadline?: AbortSignal): Promise<void> {
  while (program === "starting" || program === "building") {
    await scheduler.wait(TURN_MS);
    deadline?.throwIfAborted();
  }
  deadline?.throwIfAborted();
  if (program === "stopped") await start();
  program = "building";
}

/**
 * Strips the types from TypeScript and keeps every import.
 * @throws for a syntax error
 */
export const stripTypes = (code: string): Promise<string> => compileScript(code, "ts", {});

/** How to compile JSX: with a function of a runtime, with two named functions, or not at all. */
export type JsxCompiling = Pick<TransformOptions, "jsx" | "jsxImportSource" | "jsxFactory" | "jsxFragment">;

/**
 * Compiles the types and the JSX of a module and keeps every import.
 * @throws for a syntax error
 */
export async function compileScript(code: string, loader: "ts" | "tsx" | "jsx", jsx: JsxCompiling): Promise<string> {
  await turn();
  const tsconfigRaw = { compilerOptions: { verbatimModuleSyntax: true } };
  const options = { loader, target: "esnext", tsconfigRaw, logLevel: "silent" as const, ...jsx };
  return (await inProgram(() => transform(code, options))).code;
}

/** Thrown when the program has crashed during a call; the next work restarts it. */
class BundlerCrash extends Error {}

/**
 * Minifies a module of a bundle.
 * @param target in esbuild's notation; the output uses no newer syntax
 * @returns the code and its source map as JSON; an empty map when the input has none
 */
export async function minifyScript(
  { code, map }: { code: string; map: string },
  target: string[],
): Promise<{ code: string; map: string }> {
  await turn();
  const options = { minify: true, format: "esm", target, logLevel: "silent" } as const;
  if (map === "") return { code: (await inProgram(() => transform(code, options))).code, map };
  const inline = `\n//# sourceMappingURL=data:application/json;base64,${Buffer.from(map).toString("base64")}\n`;
  return inProgram(() => transform(code + inline, { ...options, sourcemap: "external", sourcesContent: false }));
}

/**
 * Minifies a style sheet of a bundle.
 * @param target in esbuild's notation
 */
export async function minifySheet(css: string, target: string[]): Promise<string> {
  await turn();
  return (await inProgram(() => transform(css, { loader: "css", minify: true, target, logLevel: "silent" }))).code;
}

/** Runs the work that holds the lock. Drops a crashed program, since it replies to no call. */
async function inProgram<T>(work: () => Promise<T>, deadline?: AbortSignal): Promise<T> {
  const crash = Promise.withResolvers<never>();
  crashed = (failure) => crash.reject(new BundlerCrash(TOO_DEEP, { cause: failure }));
  const late = (): void => crash.reject(deadline?.reason);
  deadline?.addEventListener("abort", late);
  try {
    const result = await Promise.race([work(), crash.promise]);
    peakBytes = Math.max(peakBytes, esbuildBytes());
    if (esbuildBytes() > KEPT_BYTES) await drop();
    else program = "idle";
    return result;
  } catch (failure) {
    if (failure instanceof BundlerCrash || deadline?.aborted === true) await drop();
    else program = "idle";
    throw failure;
  } finally {
    deadline?.removeEventListener("abort", late);
    crashed = () => undefined;
  }
}

/** Stops an idle program that has grown, to free its memory; the next work restarts it. */
export async function rest(): Promise<void> {
  if (program === "idle" && esbuildBytes() > SMALL_BYTES) await drop();
}

async function drop(): Promise<void> {
  program = "starting";
  memory = undefined;
  await stop();
  fs.detach();
  program = "stopped";
}

/**
 * The program shares JavaScript's stack of about 1 MB: a few thousand levels, where a native Go program has no such
 * limit.
 */
const TOO_DEEP =
  "The bundler cannot follow this project: a file is nested thousands of levels deep, or thousands of modules import each other in one chain. Split the file, or import the modules from one place.";

function messageOf({ message }: BundlerCrash): Message {
  return { id: "", pluginName: "", text: message, location: null, notes: [], detail: undefined };
}

async function start(): Promise<void> {
  program = "starting";
  Object.defineProperty(globalThis, "fs", { value: fs, configurable: true });
  const { instantiate } = WebAssembly;
  // The service hides its WebAssembly instance, whose memory is needed for the build's limit.
  WebAssembly.instantiate = (async (module: WebAssembly.Module, imports: WebAssembly.Imports) => {
    const instance = await endWithCrash(instantiate, module, imports, (failure) => crashed(failure));
    const { mem } = instance.exports;
    if (mem instanceof WebAssembly.Memory) memory = mem;
    return withEnvironment(instance, GO_ENVIRONMENT);
  }) as typeof instantiate;
  try {
    await initialize({ wasmModule: wasm, worker: false });
  } finally {
    WebAssembly.instantiate = instantiate;
  }
}

function isBuildFailure(failure: unknown): failure is { errors: Message[]; warnings: Message[] } {
  return failure instanceof Error && "errors" in failure && Array.isArray(failure.errors);
}
