// The only file that starts esbuild: one program an isolate, which reads its files from memory (memory-fs.ts).
import type { BuildOptions, BuildResult, Message } from "esbuild-wasm";
import wasm from "esbuild-wasm/esbuild.wasm";
import { build, initialize, transform } from "esbuild-wasm/esm/browser.js";
import { MemoryFs } from "./memory-fs.ts";
import { MountedFiles } from "./mounted-files.ts";

export type Built = BuildResult<{ write: false; metafile: true }>;
/** A build, or the errors that kept it from being one. */
export type BuildOutcome = { built: Built; errors: [] } | { built: null; errors: Message[] };

const fs = new MemoryFs();
/** How long one who waits for another build looks again: a promise of another object's is nothing to wait for. */
const TURN_MS = 3;
let program: "stopped" | "starting" | "idle" | "building" = "stopped";
let memory: WebAssembly.Memory | undefined;
let mounts = 0;

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
export const esbuildBytes = (): number => memory?.buffer.byteLength ?? 0;

/**
 * Runs a build over mounted files. What is wrong with the files is in the outcome; anything else is thrown.
 * One build runs at a time: the program answers each of its callers in the turn of whichever object spoke to it last, and an object
 * may not touch what another has begun to read.
 */
export async function runBuild(options: BuildOptions): Promise<BuildOutcome> {
  await turn();
  try {
    const built = await build({ ...options, write: false, metafile: true, logLevel: "silent", logLimit: 0 });
    return { built, errors: [] };
  } catch (failure) {
    if (!isBuildFailure(failure)) throw failure;
    return { built: null, errors: failure.errors };
  } finally {
    program = "idle";
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
  try {
    const tsconfigRaw = { compilerOptions: { verbatimModuleSyntax: true } };
    return (await transform(code, { loader: "ts", target: "esnext", tsconfigRaw, logLevel: "silent" })).code;
  } finally {
    program = "idle";
  }
}

async function start(): Promise<void> {
  program = "starting";
  Object.defineProperty(globalThis, "fs", { value: fs, configurable: true });
  const { instantiate } = WebAssembly;
  // The service keeps the instance to itself, and its memory is what a build may be stopped for.
  WebAssembly.instantiate = (async (module: WebAssembly.Module, imports: WebAssembly.Imports) => {
    const instance = await instantiate(module, imports);
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
