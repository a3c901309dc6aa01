// The only file that starts esbuild: one program an isolate, which reads its files from memory (memory-fs.ts).
import type { BuildOptions, BuildResult, Message } from "esbuild-wasm";
import wasm from "esbuild-wasm/esbuild.wasm";
import { build, initialize, stop, transform } from "esbuild-wasm/esm/browser.js";
import { endWithCrash } from "./crash.ts";
import { MemoryFs } from "./memory-fs.ts";
import { MountedFiles } from "./mounted-files.ts";

export type Built = BuildResult<{ write: false; metafile: true }>;
/** A build, or the errors that kept it from being one. */
export type BuildOutcome = { built: Built; errors: [] } | { built: null; errors: Message[] };

const fs = new MemoryFs();
/** How long one who waits for another build looks again: a promise of another object's is nothing to wait for. */
const TURN_MS = 3;
/**
 * A program that holds more than this, in bytes, is started anew for the next build: WebAssembly gives nothing back, and an isolate has
 * 128 MB for everything.
 */
const KEPT_BYTES = 48 * 2 ** 20;
let program: "stopped" | "starting" | "idle" | "building" = "stopped";
let memory: WebAssembly.Memory | undefined;
let peakBytes = 0;
let mounts = 0;
/** Ends the caller's work that is under way in the program, which has crashed. */
let crashed: (failure: unknown) => void = () => undefined;

/** An empty tree of files that a build may read, until it is released. */
export function mount(): MountedFiles {
  mounts += 1;
  const files = new MountedFiles(`/m${mounts}`);
  fs.mount(files);
  return files;
}

/** Forgets a tree of files. */
export const release = (files: MountedFiles): void => fs.unmount(files);

/** The WebAssembly memory that esbuild holds, in bytes: it grows with the largest build. */
const esbuildBytes = (): number => memory?.buffer.byteLength ?? 0;

/** The most WebAssembly memory that esbuild has held in this isolate, in bytes. */
export const esbuildPeakBytes = (): number => peakBytes;

/**
 * Runs a build over mounted files. What is wrong with the files is in the outcome; anything else is thrown.
 * One build runs at a time: the program answers each of its callers in the turn of whichever object spoke to it last, and an object
 * may not touch what another has begun to read.
 */
export async function runBuild(options: BuildOptions): Promise<BuildOutcome> {
  await turn();
  try {
    const built = await inProgram(() =>
      build({ ...options, write: false, metafile: true, logLevel: "silent", logLimit: 0 }),
    );
    return { built, errors: [] };
  } catch (failure) {
    if (failure instanceof BundlerCrash) return { built: null, errors: [messageOf(failure)] };
    if (!isBuildFailure(failure)) throw failure;
    return { built: null, errors: failure.errors };
  }
}

/** Waits until nobody else's work is under way, and begins the caller's. */
async function turn(): Promise<void> {
  while (program === "starting" || program === "building") await scheduler.wait(TURN_MS);
  if (program === "stopped") await start();
  program = "building";
}

/** Takes the types out of TypeScript, and keeps every import. What does not parse is thrown. */
export async function stripTypes(code: string): Promise<string> {
  await turn();
  const tsconfigRaw = { compilerOptions: { verbatimModuleSyntax: true } };
  const options = { loader: "ts" as const, target: "esnext", tsconfigRaw, logLevel: "silent" as const };
  return (await inProgram(() => transform(code, options))).code;
}

/** Thrown where the program has ended in the middle of its work; the next work starts it again. */
class BundlerCrash extends Error {}

/** Runs the work whose turn it is. A program that crashes in it answers nobody any more, so it is dropped. */
async function inProgram<T>(work: () => Promise<T>): Promise<T> {
  const crash = Promise.withResolvers<never>();
  crashed = (failure) => crash.reject(new BundlerCrash(TOO_DEEP, { cause: failure }));
  try {
    const result = await Promise.race([work(), crash.promise]);
    peakBytes = Math.max(peakBytes, esbuildBytes());
    if (esbuildBytes() > KEPT_BYTES) await drop();
    else program = "idle";
    return result;
  } catch (failure) {
    if (failure instanceof BundlerCrash) await drop();
    else program = "idle";
    throw failure;
  } finally {
    crashed = () => undefined;
  }
}

async function drop(): Promise<void> {
  program = "starting";
  memory = undefined;
  await stop();
  program = "stopped";
}

/** The program's stack is that of JavaScript, which has about 1 MB: a few thousand levels, where a program of Go's own has no such end. */
const TOO_DEEP =
  "The bundler cannot follow this project: a file is nested thousands of levels deep, or thousands of modules import each other in one chain. Split the file, or import the modules from one place.";

function messageOf({ message }: BundlerCrash): Message {
  return { id: "", pluginName: "", text: message, location: null, notes: [], detail: undefined };
}

async function start(): Promise<void> {
  program = "starting";
  Object.defineProperty(globalThis, "fs", { value: fs, configurable: true });
  const { instantiate } = WebAssembly;
  // The service keeps the instance to itself, and its memory is what a build may be stopped for.
  WebAssembly.instantiate = (async (module: WebAssembly.Module, imports: WebAssembly.Imports) => {
    const instance = await endWithCrash(instantiate, module, imports, (failure) => crashed(failure));
    const { mem } = instance.exports;
    if (mem instanceof WebAssembly.Memory) memory = mem;
    return instance;
  }) as typeof instantiate;
  try {
    await initialize({ wasmModule: wasm, worker: false });
  } finally {
    WebAssembly.instantiate = instantiate;
  }
}

function isBuildFailure(failure: unknown): failure is { errors: Message[] } {
  return failure instanceof Error && "errors" in failure && Array.isArray(failure.errors);
}
